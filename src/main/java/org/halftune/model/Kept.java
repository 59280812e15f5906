package org.halftune.model;

/**
 * Which of a block's activations stay until its backward pass, beyond those that the gradient along the stream needs
 * anyway. Three of these are read by weight gradients alone, so a frozen matrix asks for none of them. The output of attention
 * also spares attention's own backward pass two products; below a frozen O it is therefore the first to go where memory is
 * short, and stays where there is enough.
 *
 * @param normed1 the input of q, k and v
 * @param attended the input of o
 * @param normed2 the input of gate and up
 * @param hidden the input of down
 */
record Kept(boolean normed1, boolean attended, boolean normed2, boolean hidden) {

    static final Kept NOTHING = new Kept(false, false, false, false);

    static final Kept EVERYTHING = new Kept(true, true, true, true);

    /** @param below whether anything below the block learns */
    static Kept of(SelfAttention attention, FeedForward feedForward, Recomputation recomputation, boolean below) {
        // One set for all blocks, filled again just before each backward pass.
        if (recomputation == Recomputation.BLOCK) return EVERYTHING;
        boolean cheap = recomputation == Recomputation.CHEAP;
        return new Kept(
                !cheap && attention.readsInput(),
                attention.readsAttended() || (!cheap && (below || attention.readsInput())),
                !cheap && feedForward.readsInput(),
                !cheap && feedForward.readsHidden());
    }
}
