package org.halftune.train.memory;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.halftune.backend.Backend;
import org.halftune.model.LlamaConfig;
import org.halftune.objective.Objective;
import org.halftune.optim.GradientConstraint;
import org.halftune.session.TrainingSetup;
import org.halftune.train.input.TrainingInputs;

/** The memory of one run: one method. */
record RunDemand(Backend backend, LlamaConfig config, Capacities capacities, Objective objective, GradientConstraint constraint)
        implements MemoryDemand {

    @Override
    public SequencedMap<String, MemoryPlan> of(Attempt attempt) {
        var arguments = attempt.arguments();
        var setup = new TrainingSetup(
                config,
                TrainingInputs.selection(arguments.selecting(), config).trainable(),
                capacities.of(attempt),
                attempt.recomputation(),
                arguments.optimizing().adamW(0),
                objective,
                constraint);
        var plans = new LinkedHashMap<String, MemoryPlan>();
        plans.put(arguments.selecting().method().name(), MemoryPlan.of(setup, backend));
        return plans;
    }
}
