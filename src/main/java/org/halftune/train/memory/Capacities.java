package org.halftune.train.memory;

import java.util.HashMap;
import java.util.Map;
import org.halftune.model.Capacity;
import org.halftune.train.arguments.TrainingArguments.Batching;
import org.halftune.train.input.TrainingPlan;
import org.halftune.train.memory.MemoryDemand.Attempt;

/** The largest batch of a plan under other arguments. Results are cached, because each needs a pass over all steps. */
public final class Capacities {
    private final TrainingPlan plan;
    private final Map<Key, Capacity> known = new HashMap<>();

    private record Key(Batching batching, int longestRow) {}

    public Capacities(TrainingPlan plan) {
        this.plan = plan;
    }

    /** The largest batch under these arguments. */
    public Capacity of(Attempt attempt) {
        return known.computeIfAbsent(
                new Key(attempt.arguments().batching(), attempt.longestRow()),
                key -> plan.with(attempt.arguments()).capacity(key.longestRow));
    }
}
