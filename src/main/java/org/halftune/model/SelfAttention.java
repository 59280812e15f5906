package org.halftune.model;

import org.halftune.backend.Ops;
import org.halftune.backend.Sequences;
import org.halftune.backend.Tensor;

/**
 * Grouped-query self-attention with rotary positions: {@code y = attention(rope(x·Qᵀ), rope(x·Kᵀ), x·Vᵀ)·Oᵀ} (arXiv
 * 2305.13245, 2104.09864).
 *
 * <p>T tokens, H hidden; weights Q [N·D,H], K, V [K·D,H], O [H,N·D].
 */
final class SelfAttention {
    private final Ops ops;
    private final RopeTables rope;
    private final int headSize;
    private final Parameter wq;
    private final Parameter wk;
    private final Parameter wv;
    private final Parameter wo;

    SelfAttention(Ops ops, Parameters parameters, int layer, RopeTables rope) {
        this.ops = ops;
        this.rope = rope;
        headSize = parameters.config().headSize();
        wq = parameters.get(Role.QUERY, layer);
        wk = parameters.get(Role.KEY, layer);
        wv = parameters.get(Role.VALUE, layer);
        wo = parameters.get(Role.OUTPUT, layer);
    }

    /** Whether the backward pass reads the block's normed input. */
    boolean readsInput() {
        return wq.trainable() || wk.trainable() || wv.trainable();
    }

    /** Whether the backward pass reads the output of attention: it is the input of O and of nothing else. */
    boolean readsAttended() {
        return wo.trainable();
    }

    boolean trainable() {
        return readsInput() || wo.trainable();
    }

    void forward(Tensor y, BlockActivations a, Tensor positions, Attend attend) {
        ops.linearForward(a.q(), a.normed1(), wq.value()); //        [T,N·D] = [T,H]·[N·D,H]ᵀ
        ops.linearForward(a.k(), a.normed1(), wk.value()); //        [T,K·D]
        ops.linearForward(a.v(), a.normed1(), wv.value()); //        [T,K·D]
        ops.ropeForward(a.q(), positions, rope.cos(), rope.sin()); // [T,N·D]
        ops.ropeForward(a.k(), positions, rope.cos(), rope.sin()); // [T,K·D]
        attend.run(a); //                                            [T,N·D]
        ops.linearForward(y, a.attended(), wo.value()); //           [T,H] = [T,N·D]·[H,N·D]ᵀ
    }

    /**
     * Adds to the gradients of the trainable matrices; a frozen one has none, and its product is never launched.
     *
     * @param inputGradient whether anybody reads dx; at the lowest trainable block nobody may
     */
    void backward(
            Tensor dx,
            Tensor dy,
            BlockActivations a,
            Tensor positions,
            Sequences sequences,
            Workspace w,
            boolean inputGradient) {
        var dq = w.dQuery();
        var dk = w.dKey();
        var dv = w.dValue();
        if (wo.gradient() != null)
            ops.linearBackwardWeight(wo.gradient(), dy, a.attended()); // [H,N·D] += [T,H]ᵀ·[T,N·D]
        if (!readsInput() && !inputGradient) return;
        ops.linearBackwardInput(w.dAttended(), dy, wo.value()); // [T,N·D] = [T,H]·[H,N·D]
        ops.attentionBackward(dq, dk, dv, w.dAttended(), a.lse(), a.q(), a.k(), a.v(), sequences, headSize);
        ops.ropeBackward(dq, positions, rope.cos(), rope.sin()); // [T,N·D]
        ops.ropeBackward(dk, positions, rope.cos(), rope.sin()); // [T,K·D]
        if (wq.gradient() != null)
            ops.linearBackwardWeight(wq.gradient(), dq, a.normed1()); // [N·D,H] += [T,N·D]ᵀ·[T,H]
        if (wk.gradient() != null) ops.linearBackwardWeight(wk.gradient(), dk, a.normed1()); // [K·D,H]
        if (wv.gradient() != null) ops.linearBackwardWeight(wv.gradient(), dv, a.normed1()); // [K·D,H]
        if (!inputGradient) return;
        ops.linearBackwardInput(dx, dq, wq.value()); //    [T,H] = [T,N·D]·[N·D,H]
        ops.linearBackwardInputAdd(dx, dk, wk.value()); // [T,H] += [T,K·D]·[K·D,H]
        ops.linearBackwardInputAdd(dx, dv, wv.value()); // [T,H] +=
    }
}
