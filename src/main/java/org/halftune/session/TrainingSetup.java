package org.halftune.session;

import java.util.Set;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.objective.Objective;
import org.halftune.optim.AdamWConfig;

/**
 * What a session is laid out for.
 *
 * @param trainable Hugging Face names of the parameters that learn
 * @param capacity of the largest batch
 */
public record TrainingSetup(
        LlamaConfig config,
        Set<String> trainable,
        Capacity capacity,
        Recomputation recomputation,
        AdamWConfig adamW,
        Objective objective) {

    public TrainingSetup {
        trainable = Set.copyOf(trainable);
    }

    /** The same with other parameters that learn. */
    TrainingSetup with(Set<String> others) {
        return new TrainingSetup(config, others, capacity, recomputation, adamW, objective);
    }
}
