package org.halftune.model;

import org.halftune.backend.Ops;
import org.halftune.backend.Tensor;

/**
 * The SwiGLU feed-forward block: {@code y = (silu(x·Gᵀ) ⊙ x·Uᵀ)·Dᵀ} (Shazeer 2020, arXiv 2002.05202).
 *
 * <p>T tokens, H hidden, F intermediate. Weights: G, U [F,H], which read the same input and so are one product; D [H,F].
 */
final class FeedForward {
    private final Ops ops;
    private final Linear wgu;
    private final Linear wd;

    FeedForward(Ops ops, Parameters parameters, int layer) {
        this.ops = ops;
        wgu = new Linear(ops, parameters, layer, ParameterRole.GATE, ParameterRole.UP);
        wd = new Linear(ops, parameters, layer, ParameterRole.DOWN);
    }

    /** Whether the backward pass reads the input x, the output of the block's second norm. */
    boolean readsInput() {
        return wgu.trainable();
    }

    /** Whether the weight gradient of D reads SwiGLU's output. */
    boolean readsHidden() {
        return wd.trainable();
    }

    boolean trainable() {
        return readsInput() || readsHidden();
    }

    /** The first half of the forward pass, from x [T,H], which is {@code a.normed2()}, to SwiGLU's output. */
    void hidden(BlockActivations a) {
        wgu.forward(a.gateUp(), a.normed2()); //            [T,2F] = [T,H]·[2F,H]ᵀ
        swiglu(a);
    }

    /** SwiGLU's output, in the forward pass or again where it was not kept. */
    void swiglu(BlockActivations a) {
        ops.swigluForward(a.hidden(), a.gate(), a.up()); // [T,F]
    }

    /** The second half: y [T,H]. */
    void output(Tensor y, BlockActivations a) {
        wd.forward(y, a.hidden()); //                       [T,H] = [T,F]·[H,F]ᵀ
    }

    /**
     * Adds to the gradients of the trainable matrices. The gradients of gate and up overwrite gate and up.
     *
     * @param dx [T,H] overwritten if {@code inputGradient}
     * @param dy [T,H]
     * @param inputGradient whether dx is needed; not where nothing below is trainable
     */
    void backward(Tensor dx, Tensor dy, BlockActivations a, Workspace w, boolean inputGradient) {
        wd.backwardWeight(dy, a.hidden()); //                               [H,F] += [T,H]ᵀ·[T,F]
        if (!readsInput() && !inputGradient) return;
        var dHidden = w.wide(); // may be a.hidden(), which is not read again
        wd.backwardInput(dHidden, dy); //                                   [T,F] = [T,H]·[H,F]
        ops.swigluBackward(a.gate(), a.up(), dHidden, a.gate(), a.up()); // [T,F], [T,F]
        wgu.backwardWeight(a.gateUp(), a.normed2()); //                     [F,H] += [T,F]ᵀ·[T,H] for each of G, U
        if (inputGradient) wgu.backwardInput(dx, a.gateUp()); //            [T,H] = [T,2F]·[2F,H]
    }
}
