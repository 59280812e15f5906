package org.halftune.model;

import org.halftune.backend.Ops;
import org.halftune.backend.Tensor;

/**
 * The SwiGLU feed-forward block: {@code y = (silu(x·Gᵀ) ⊙ x·Uᵀ)·Dᵀ} (Shazeer 2020, arXiv 2002.05202).
 *
 * <p>T tokens, H hidden, F intermediate. Weights: G, U [F,H], D [H,F].
 */
final class FeedForward {
    private final Ops ops;
    private final Parameter wg;
    private final Parameter wu;
    private final Parameter wd;

    FeedForward(Ops ops, Parameters parameters, int layer) {
        this.ops = ops;
        wg = parameters.get(Role.GATE, layer);
        wu = parameters.get(Role.UP, layer);
        wd = parameters.get(Role.DOWN, layer);
    }

    /** Whether the backward pass reads the normed input. */
    boolean readsInput() {
        return wg.trainable() || wu.trainable();
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
        ops.linearForward(a.gate(), a.normed2(), wg.value()); // [T,F] = [T,H]·[F,H]ᵀ
        ops.linearForward(a.up(), a.normed2(), wu.value()); //   [T,F]
        ops.swigluForward(a.hidden(), a.gate(), a.up()); //      [T,F]
    }

    /** The second half. */
    void output(Tensor y, BlockActivations a) {
        ops.linearForward(y, a.hidden(), wd.value()); //         [T,H] = [T,F]·[H,F]ᵀ
    }

    /** SwiGLU's output again, where it was not kept and D's gradient reads it. */
    void recomputeHidden(BlockActivations a) {
        ops.swigluForward(a.hidden(), a.gate(), a.up()); // [T,F]
    }

    /** Adds to the gradients of the trainable matrices; the gradients of gate and up take their place. */
    void backward(Tensor dx, Tensor dy, BlockActivations a, Workspace w, boolean inputGradient) {
        if (wd.gradient() != null) ops.linearBackwardWeight(wd.gradient(), dy, a.hidden()); // [H,F] += [T,H]ᵀ·[T,F]
        if (!readsInput() && !inputGradient) return;
        var dHidden = w.wide(); // hidden itself may lie here: it is not read again
        var dGate = a.gate();
        var dUp = a.up();
        ops.linearBackwardInput(dHidden, dy, wd.value()); //             [T,F] = [T,H]·[H,F]
        ops.swigluBackward(dGate, dUp, dHidden, a.gate(), a.up()); //    [T,F], [T,F]
        if (wg.gradient() != null) ops.linearBackwardWeight(wg.gradient(), dGate, a.normed2()); // [F,H] += [T,F]ᵀ·[T,H]
        if (wu.gradient() != null) ops.linearBackwardWeight(wu.gradient(), dUp, a.normed2()); //   [F,H]
        if (!inputGradient) return;
        ops.linearBackwardInput(dx, dGate, wg.value()); //               [T,H] = [T,F]·[F,H]
        ops.linearBackwardInputAdd(dx, dUp, wu.value()); //              [T,H] +=
    }
}
