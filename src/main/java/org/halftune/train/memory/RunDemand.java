package org.halftune.train.memory;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.halftune.backend.Backend;
import org.halftune.model.LlamaConfig;
import org.halftune.train.input.TrainingInputs;

/** The memory of {@code halftune train}: one method. */
record RunDemand(Backend backend, LlamaConfig config, Capacities capacities) implements MemoryDemand {

    @Override
    public SequencedMap<String, MemoryPlan> of(Attempt attempt) {
        var arguments = attempt.arguments();
        var memory = MemoryPlan.of(
                config,
                TrainingInputs.selection(arguments.selecting(), config).trainable(),
                capacities.of(attempt),
                attempt.recomputation(),
                arguments.optimizing().adamW(0),
                backend);
        var plans = new LinkedHashMap<String, MemoryPlan>();
        plans.put(arguments.selecting().method().name(), memory);
        return plans;
    }
}
