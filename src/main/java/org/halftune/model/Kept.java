package org.halftune.model;

/**
 * Which activations of a block are kept until its backward pass, beyond those that the gradient along the residual stream
 * always reads. {@code normed1}, {@code normed2} and {@code hidden} are read by weight gradients alone, so they are not kept
 * for frozen matrices. The output of attention also spares attention's backward pass two products: below a frozen O it is kept
 * while memory allows.
 *
 * @param normed1 the input of q, k and v
 * @param attended the input of o
 * @param normed2 the input of gate and up
 * @param hidden the input of down
 */
record Kept(boolean normed1, boolean attended, boolean normed2, boolean hidden) {

    static final Kept NOTHING = new Kept(false, false, false, false);

    static final Kept EVERYTHING = new Kept(true, true, true, true);

    /** @param below whether anything below the block is trainable */
    static Kept of(SelfAttention attention, FeedForward feedForward, Recomputation recomputation, boolean below) {
        // With checkpointing all blocks share one set, which is filled again just before each backward pass.
        if (recomputation == Recomputation.BLOCK) return EVERYTHING;
        boolean cheap = recomputation == Recomputation.CHEAP;
        return new Kept(
                !cheap && attention.readsInput(),
                attention.readsAttended() || (!cheap && (below || attention.readsInput())),
                !cheap && feedForward.readsInput(),
                !cheap && feedForward.readsHidden());
    }
}
