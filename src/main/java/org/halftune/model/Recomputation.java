package org.halftune.model;

/** What the backward pass computes again instead of having it kept: memory against time. */
public enum Recomputation {
    /** Everything that a gradient reads is kept. */
    NONE,
    /**
     * Outputs of norms and of SwiGLU, which cost no product, are computed again where a trainable matrix reads them, and
     * attention's output below a frozen O is not kept.
     */
    CHEAP,
    /** Only each block's input is kept and the block runs forward again: gradient checkpointing (arXiv 1604.06174). */
    BLOCK
}
