package org.halftune.model;

/** The attention of a block: over the batch in training, over a key-value cache in generation. */
@FunctionalInterface
interface Attend {
    /** Fills {@link BlockActivations#attended} from q, k and v after RoPE. */
    void run(BlockActivations a);
}
