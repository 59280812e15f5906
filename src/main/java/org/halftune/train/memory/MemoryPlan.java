package org.halftune.train.memory;

import java.util.Map;
import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.backend.MemoryCategory;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.objective.SupervisedFineTuning;
import org.halftune.optim.AdamWConfig;
import org.halftune.session.TrainingSession;
import org.halftune.session.TrainingSetup;

/** The device memory that a training holds, by category: counted by the code that allocates it. */
public record MemoryPlan(Map<MemoryCategory, Long> bytes) {

    /**
     * What a supervised training of {@code trainable} needs for batches up to {@code capacity}.
     *
     * @throws org.halftune.problem.InputError if the backend cannot train this model, or not in this precision
     */
    public static MemoryPlan of(
            LlamaConfig config,
            Set<String> trainable,
            Capacity capacity,
            Recomputation recomputation,
            AdamWConfig adamW,
            Backend backend) {
        return of(
                new TrainingSetup(config, trainable, capacity, recomputation, adamW, new SupervisedFineTuning()),
                backend);
    }

    /** What a session of this setup needs. */
    public static MemoryPlan of(TrainingSetup setup, Backend backend) {
        return of(setup, backend, Set.of());
    }

    /**
     * What a session of this setup needs after earlier rounds.
     *
     * @param earlier names of the parameters that learned in them
     */
    public static MemoryPlan of(TrainingSetup setup, Backend backend, Set<String> earlier) {
        return new MemoryPlan(TrainingSession.plan(backend, setup, earlier));
    }

    public long total() {
        return MemoryCategory.total(bytes);
    }
}
