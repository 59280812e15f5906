package org.halftune.model;

import org.halftune.backend.Ops;
import org.halftune.backend.Sequences;
import org.halftune.backend.Tensor;

/**
 * Grouped-query self-attention with rotary positions: {@code y = attention(rope(x·Qᵀ), rope(x·Kᵀ), x·Vᵀ)·Oᵀ} (arXiv
 * 2305.13245, 2104.09864).
 *
 * <p>T tokens, H hidden, N query heads, K key-value heads of size D. Weights: Q [N·D,H], K, V [K·D,H], which read the same
 * input and so are one product; O [H,N·D].
 */
final class SelfAttention {
    private final Ops ops;
    private final RopeTables rope;
    private final int headSize;
    private final Linear wqkv;
    private final Linear wo;

    SelfAttention(Ops ops, Parameters parameters, int layer, RopeTables rope) {
        this.ops = ops;
        this.rope = rope;
        headSize = parameters.config().headSize();
        wqkv = new Linear(ops, parameters, layer, ParameterRole.QUERY, ParameterRole.KEY, ParameterRole.VALUE);
        wo = new Linear(ops, parameters, layer, ParameterRole.OUTPUT);
    }

    /** Whether the backward pass reads the input x, the output of the block's first norm. */
    boolean readsInput() {
        return wqkv.trainable();
    }

    /** Whether the weight gradient of O reads the output of attention. */
    boolean readsAttended() {
        return wo.trainable();
    }

    boolean trainable() {
        return readsInput() || readsAttended();
    }

    /** y [T,H] from x [T,H], which is {@code a.normed1()}. */
    void forward(Tensor y, BlockActivations a, Tensor positions, Attend attend) {
        wqkv.forward(a.qkv().all(), a.normed1()); //                              [T,(N+2K)·D] = [T,H]·[(N+2K)·D,H]ᵀ
        ops.ropeForward(a.qkv().rotated(), positions, rope.cos(), rope.sin()); // [T,(N+K)·D]
        attend.run(a); //                                                         [T,N·D]
        wo.forward(y, a.attended()); //                                           [T,H] = [T,N·D]·[H,N·D]ᵀ
    }

    /**
     * Adds to the gradients of the trainable matrices.
     *
     * @param dx [T,H] overwritten if {@code inputGradient}
     * @param dy [T,H]
     * @param kept whether {@code a.attended()} still holds the output of attention
     * @param inputGradient whether dx is needed; not where nothing below is trainable
     */
    void backward(
            Tensor dx,
            Tensor dy,
            BlockActivations a,
            boolean kept,
            Tensor positions,
            Sequences sequences,
            Workspace w,
            boolean inputGradient) {
        wo.backwardWeight(dy, a.attended()); //                               [H,N·D] += [T,H]ᵀ·[T,N·D]
        if (!readsInput() && !inputGradient) return;
        var qkv = a.qkv();
        var d = w.dQkv();
        wo.backwardInput(w.dAttended(), dy); //                               [T,N·D] = [T,H]·[H,N·D]
        ops.attentionBackward(
                d.q(),
                d.k(),
                d.v(),
                w.delta(),
                w.dAttended(),
                kept ? a.attended() : null,
                a.lse(),
                qkv.q(),
                qkv.k(),
                qkv.v(),
                sequences,
                headSize); //                                                 [T,(N+2K)·D]
        ops.ropeBackward(d.rotated(), positions, rope.cos(), rope.sin()); //  [T,(N+K)·D]
        wqkv.backwardWeight(d.all(), a.normed1()); //                         [O,H] += [T,O]ᵀ·[T,H] for each of Q, K, V
        if (inputGradient) wqkv.backwardInput(dx, d.all()); //                [T,H] = [T,(N+2K)·D]·[(N+2K)·D,H]
    }
}
