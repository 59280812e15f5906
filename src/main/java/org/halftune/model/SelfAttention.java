package org.halftune.model;

import org.halftune.backend.Ops;
import org.halftune.backend.Sequences;
import org.halftune.backend.Tensor;

/**
 * Grouped-query self-attention with rotary positions: {@code y = attention(rope(x·Qᵀ), rope(x·Kᵀ), x·Vᵀ)·Oᵀ} (arXiv
 * 2305.13245, 2104.09864).
 *
 * <p>T tokens, H hidden; weights Q [N·D,H], K, V [K·D,H], which read the same input and so are one product, O [H,N·D].
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

    /** Whether the backward pass reads the block's normed input. */
    boolean readsInput() {
        return wqkv.trainable();
    }

    /** Whether the backward pass reads the output of attention as the input of O. */
    boolean readsAttended() {
        return wo.trainable();
    }

    boolean trainable() {
        return readsInput() || wo.trainable();
    }

    void forward(Tensor y, BlockActivations a, Tensor positions, Attend attend) {
        wqkv.forward(a.qkv().all(), a.normed1()); //                              [T,(N+2K)·D] = [T,H]·[(N+2K)·D,H]ᵀ
        ops.ropeForward(a.qkv().rotated(), positions, rope.cos(), rope.sin()); // [T,(N+K)·D]
        attend.run(a); //                                                        [T,N·D]
        wo.forward(y, a.attended()); //                       [T,H] = [T,N·D]·[H,N·D]ᵀ
    }

    /**
     * Adds to the gradients of the trainable matrices; a frozen one has none, and its product is never launched.
     *
     * @param kept whether the output of attention was
     * @param inputGradient whether anybody reads dx; at the lowest trainable block nobody may
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
        wo.backwardWeight(dy, a.attended()); // [H,N·D] += [T,H]ᵀ·[T,N·D]
        if (!readsInput() && !inputGradient) return;
        var qkv = a.qkv();
        var d = w.dQkv();
        wo.backwardInput(w.dAttended(), dy); //            [T,N·D] = [T,H]·[H,N·D]
        ops.attentionBackward(
                d.q(),
                d.k(),
                d.v(),
                w.dAttended(),
                kept ? a.attended() : null,
                a.lse(),
                qkv.q(),
                qkv.k(),
                qkv.v(),
                sequences,
                headSize); //                                                 [T,(N+2K)·D]
        ops.ropeBackward(d.rotated(), positions, rope.cos(), rope.sin()); //  [T,(N+K)·D]
        wqkv.backwardWeight(d.all(), a.normed1()); //                         [O,H] += [T,O]ᵀ·[T,H], for Q, K and V
        if (inputGradient) wqkv.backwardInput(dx, d.all()); //                [T,H] = [T,(N+2K)·D]·[(N+2K)·D,H]
    }
}
