package org.halftune.model;

/** How a block's queries look at keys: within the batch when training, into a cache when generating. */
@FunctionalInterface
interface Attend {
    /** Fills {@link BlockActivations#attended} from q, k and v after RoPE. */
    void run(BlockActivations a);
}
