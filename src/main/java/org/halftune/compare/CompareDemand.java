package org.halftune.compare;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.halftune.backend.Backend;
import org.halftune.hft.Selection;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.train.input.TrainingInputs;
import org.halftune.train.memory.Capacities;
import org.halftune.train.memory.MemoryDemand;
import org.halftune.train.memory.MemoryPlan;

/**
 * The memory of a comparison: both methods at the same time.
 *
 * @param longestTest tokens of the longest test row
 */
record CompareDemand(Backend backend, LlamaConfig config, Capacities capacities, int longestTest)
        implements MemoryDemand {

    @Override
    public SequencedMap<String, MemoryPlan> of(Attempt attempt) {
        var plans = new LinkedHashMap<String, MemoryPlan>();
        plans.put("FFT", plan(attempt, Selection.full(config)));
        plans.put(
                "HFT",
                plan(attempt, TrainingInputs.selection(attempt.arguments().selecting(), config)));
        return plans;
    }

    private MemoryPlan plan(Attempt attempt, Selection selection) {
        return MemoryPlan.of(
                config,
                selection.trainable(),
                capacity(attempt),
                attempt.recomputation(),
                attempt.arguments().optimizing().adamW(0),
                backend);
    }

    /** The largest batch, or the longest test row if that is larger. */
    Capacity capacity(Attempt attempt) {
        var training = capacities.of(attempt);
        int test = Math.min(longestTest, attempt.longestRow());
        return new Capacity(Math.max(training.tokens(), test), training.sequences());
    }
}
