package org.halftune.optim;

/** What the gradient of a step must not do to the losses of other rows. */
public sealed interface GradientConstraint {

    /** The gradient is used as it is. */
    record None() implements GradientConstraint {}

    /**
     * Gradient Episodic Memory (Lopez-Paz &amp; Ranzato 2017, arXiv 1706.08840): to first order, a step does not raise the loss on any
     * earlier task's memory. Each step is given batches of each memory; a gradient that has a negative dot product with one of theirs is
     * replaced by the nearest that has none. Each memory costs a copy of the gradients and the passes of its batches, and a step
     * waits once more for the device.
     *
     * @param tasks earlier tasks, each with a memory; at least 1
     * @param strength γ, the memory strength of the authors' code: a gradient that violates a memory gets at least γ of each memory's
     *     gradient. 0: the projection alone
     */
    record EpisodicMemory(int tasks, double strength) implements GradientConstraint {
        /** As in the paper's experiments. */
        public static final double USUAL_STRENGTH = 0.5;

        public EpisodicMemory {
            if (tasks < 1 || !(strength >= 0 && strength < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(tasks + " tasks, strength " + strength);
            }
        }
    }

    /** How many memories a step has. */
    default int memories() {
        return switch (this) {
            case None() -> 0;
            case EpisodicMemory(int tasks, double _) -> tasks;
        };
    }
}
