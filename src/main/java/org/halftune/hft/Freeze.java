package org.halftune.hft;

/**
 * What outside the layers stays frozen, whatever the strategy. By default all of it learns, as in the paper. In a small
 * model with a large vocabulary embeddings and head are most of the parameters, so whoever wants their memory back
 * freezes them.
 *
 * @param embeddings also freezes a tied head, which is the same matrix
 * @param head only for a head of its own, or together with {@code embeddings}
 */
public record Freeze(boolean embeddings, boolean head, boolean finalNorm) {

    /** Everything outside the layers may learn. */
    public static final Freeze NOTHING = new Freeze(false, false, false);
}
