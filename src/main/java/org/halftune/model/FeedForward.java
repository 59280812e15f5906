package org.halftune.model;

import org.halftune.backend.Ops;
import org.halftune.backend.Tensor;

/**
 * The SwiGLU feed-forward block: {@code y = (silu(x·Gᵀ) ⊙ x·Uᵀ)·Dᵀ} (Shazeer 2020, arXiv 2002.05202).
 *
 * <p>T tokens, H hidden, F intermediate. Weights: G, U [F,H], which read the same input and so are one product, D [H,F].
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

    /** Whether the backward pass reads the normed input. */
    boolean readsInput() {
        return wgu.trainable();
    }

    /** Whether the backward pass reads SwiGLU's output. */
    boolean readsHidden() {
        return wd.trainable();
    }

    boolean trainable() {
        return readsInput() || readsHidden();
    }

    /** The first half of the forward pass: up to SwiGLU. */
    void hidden(BlockActivations a) {
        wgu.forward(a.gateUp(), a.normed2()); //            [T,2F] = [T,H]·[2F,H]ᵀ
        ops.swigluForward(a.hidden(), a.gate(), a.up()); // [T,F]
    }

    /** The second half. */
    void output(Tensor y, BlockActivations a) {
        wd.forward(y, a.hidden()); //    [T,H] = [T,F]·[H,F]ᵀ
    }

    /** SwiGLU's output again, where it was not kept and D's gradient reads it. */
    void recomputeHidden(BlockActivations a) {
        ops.swigluForward(a.hidden(), a.gate(), a.up()); // [T,F]
    }

    /** Adds to the gradients of the trainable matrices; the gradients of gate and up take their place. */
    void backward(Tensor dx, Tensor dy, BlockActivations a, Workspace w, boolean inputGradient) {
        wd.backwardWeight(dy, a.hidden()); // [H,F] += [T,H]ᵀ·[T,F]
        if (!readsInput() && !inputGradient) return;
        var dHidden = w.wide(); // hidden itself may lie here: it is not read again
        wd.backwardInput(dHidden, dy); //                  [T,F] = [T,H]·[H,F]
        ops.swigluBackward(a.gate(), a.up(), dHidden, a.gate(), a.up()); //   [T,F], [T,F]
        wgu.backwardWeight(a.gateUp(), a.normed2()); //                       [F,H] += [T,F]ᵀ·[T,H], for G and for U
        if (inputGradient) wgu.backwardInput(dx, a.gateUp()); //              [T,H] = [T,2F]·[2F,H]
    }
}
