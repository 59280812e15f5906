package org.halftune.model;

/** Which activations the backward pass computes again instead of keeping them: less memory, more time. */
public enum Recomputation {
    /** All that a gradient reads is kept. */
    NONE,
    /**
     * Outputs of norms and of SwiGLU are computed again where a trainable matrix reads them, which takes no product. The output
     * of attention is not kept below a frozen O.
     */
    CHEAP,
    /** Only the input of each block is kept, and the block runs forward again: gradient checkpointing (arXiv 1604.06174). */
    BLOCK
}
