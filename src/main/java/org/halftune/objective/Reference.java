package org.halftune.objective;

import java.util.HashSet;
import java.util.Set;
import org.halftune.model.WeightSource;

/** Where the log-probabilities of a preference's reference model come from. */
public sealed interface Reference {

    /** They were computed before the training, and come with each batch: nothing is kept on the device. */
    record Precomputed() implements Reference {}

    /**
     * A model on the device, run before the model that learns. It shares all weights that never change: what learns is copied,
     * so with half fine-tuning half a model.
     *
     * @param source its weights
     * @param different names of parameters that differ from the model that learns before the first step; empty: it is the base
     */
    record OnDevice(WeightSource source, Set<String> different) implements Reference {
        public OnDevice {
            different = Set.copyOf(different);
        }

        /** What cannot be shared. */
        Set<String> copied(Set<String> changing) {
            var copied = new HashSet<>(changing);
            copied.addAll(different);
            return copied;
        }
    }
}
