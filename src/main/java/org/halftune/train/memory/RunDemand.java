package org.halftune.train.memory;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.halftune.backend.Backend;
import org.halftune.hft.Rounds;
import org.halftune.model.LlamaConfig;
import org.halftune.objective.Objective;
import org.halftune.optim.GradientConstraint;
import org.halftune.session.TrainingSetup;
import org.halftune.train.input.TrainingInputs;

/**
 * The memory of one run: one method. With a rotating schedule that of the round that needs most, because a round's memory is freed
 * before the next one's is allocated.
 *
 * @param totalSteps of the run, which decide how many rounds it has
 */
record RunDemand(
        Backend backend,
        LlamaConfig config,
        Capacities capacities,
        Objective objective,
        GradientConstraint constraint,
        int totalSteps)
        implements MemoryDemand {

    @Override
    public SequencedMap<String, MemoryPlan> of(Attempt attempt) {
        var arguments = attempt.arguments();
        var first = TrainingInputs.selection(arguments.selecting(), config);
        var rounds = TrainingInputs.rounds(arguments.selecting(), first, config, totalSteps);
        var plans = new LinkedHashMap<String, MemoryPlan>();
        plans.put(arguments.selecting().method().name(), largest(rounds, attempt));
        return plans;
    }

    private MemoryPlan largest(Rounds rounds, Attempt attempt) {
        MemoryPlan largest = plan(rounds, 0, attempt);
        for (int round = 1; round < rounds.count(); round++) {
            var plan = plan(rounds, round, attempt);
            if (plan.total() > largest.total()) largest = plan;
        }
        return largest;
    }

    private MemoryPlan plan(Rounds rounds, int round, Attempt attempt) {
        var setup = new TrainingSetup(
                config,
                rounds.selections().get(round).trainable(),
                capacities.of(attempt),
                attempt.recomputation(),
                attempt.arguments().optimizing().adamW(0),
                objective,
                constraint);
        return MemoryPlan.of(setup, backend, rounds.learnedBefore(round));
    }
}
