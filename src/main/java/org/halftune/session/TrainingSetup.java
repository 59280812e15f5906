package org.halftune.session;

import java.util.Set;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.objective.Objective;
import org.halftune.objective.SupervisedFineTuning;
import org.halftune.optim.AdamWConfig;
import org.halftune.optim.GradientConstraint;

/**
 * What a session is laid out for.
 *
 * @param trainable Hugging Face names of the parameters that learn
 * @param capacity of the largest batch, of the task or of a memory
 * @param constraint of the gradient; one by memories needs {@link SupervisedFineTuning}
 */
public record TrainingSetup(
        LlamaConfig config,
        Set<String> trainable,
        Capacity capacity,
        Recomputation recomputation,
        AdamWConfig adamW,
        Objective objective,
        GradientConstraint constraint) {

    public TrainingSetup {
        trainable = Set.copyOf(trainable);
        if (constraint.memories() > 0 && !(objective instanceof SupervisedFineTuning)) {
            throw new IllegalArgumentException("memories constrain supervised fine-tuning only, not " + objective);
        }
    }

    /** Without a constraint of the gradient. */
    public TrainingSetup(
            LlamaConfig config,
            Set<String> trainable,
            Capacity capacity,
            Recomputation recomputation,
            AdamWConfig adamW,
            Objective objective) {
        this(config, trainable, capacity, recomputation, adamW, objective, new GradientConstraint.None());
    }

    /** The same with other parameters that learn. */
    TrainingSetup with(Set<String> others) {
        return new TrainingSetup(config, others, capacity, recomputation, adamW, objective, constraint);
    }
}
