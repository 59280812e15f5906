package org.halftune.backend;

/** The parts of a training step that are timed separately. */
public enum Phase {
    FORWARD,
    /** Gradients with respect to activations, and what is recomputed for them. */
    BACKWARD_INPUT,
    /** Gradients with respect to weights: what half fine-tuning halves. */
    BACKWARD_WEIGHT,
    /** The global gradient norm. */
    CLIP,
    OPTIMIZER,
    /** Everything else: batches, evaluation, files. */
    OTHER
}
