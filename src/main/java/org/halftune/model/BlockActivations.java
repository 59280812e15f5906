package org.halftune.model;

import org.halftune.backend.Allocator;
import org.halftune.backend.Tensor;

/**
 * What one block's forward pass leaves for its backward pass. T tokens, H hidden, F intermediate, N·D query and K·D
 * key-value width. Where {@link Kept} says no, the tensor is the {@link Workspace}'s and gone when the next block runs.
 *
 * @param x [T,H] the residual stream before the block
 * @param r1 [T] reciprocal root mean square of x's rows
 * @param normed1 [T,H]
 * @param q [T,N·D] after RoPE; k likewise
 * @param lse [N,T] log-sum-exp of the scores
 * @param attended [T,N·D]
 * @param x2 [T,H] the residual stream after attention
 * @param r2 [T]
 * @param normed2 [T,H]
 * @param gate [T,F]; up likewise. Their gradients take their place
 * @param hidden [T,F]
 */
record BlockActivations(
        Tensor x,
        Tensor r1,
        Tensor normed1,
        Tensor q,
        Tensor k,
        Tensor v,
        Tensor lse,
        Tensor attended,
        Tensor x2,
        Tensor r2,
        Tensor normed2,
        Tensor gate,
        Tensor up,
        Tensor hidden) {

    static BlockActivations allocate(Allocator a, LlamaConfig c, long tokens, Kept kept, Workspace shared) {
        return new BlockActivations(
                a.floats(tokens, c.hiddenSize()),
                a.floats(tokens),
                kept.normed1() ? a.floats(tokens, c.hiddenSize()) : shared.normed(),
                a.floats(tokens, c.queryWidth()),
                a.floats(tokens, c.keyValueWidth()),
                a.floats(tokens, c.keyValueWidth()),
                a.floats(c.attentionHeads(), tokens),
                kept.attended() ? a.floats(tokens, c.queryWidth()) : shared.attended(),
                a.floats(tokens, c.hiddenSize()),
                a.floats(tokens),
                kept.normed2() ? a.floats(tokens, c.hiddenSize()) : shared.normed(),
                a.floats(tokens, c.intermediateSize()),
                a.floats(tokens, c.intermediateSize()),
                kept.hidden() ? a.floats(tokens, c.intermediateSize()) : shared.wide());
    }

    /** The same, from another block's input: what a block that keeps only its input shares with the others. */
    BlockActivations withInput(Tensor input) {
        return new BlockActivations(input, r1, normed1, q, k, v, lse, attended, x2, r2, normed2, gate, up, hidden);
    }

    BlockActivations rows(long tokens) {
        return new BlockActivations(
                x.rows(tokens),
                r1.rows(tokens),
                normed1.rows(tokens),
                q.rows(tokens),
                k.rows(tokens),
                v.rows(tokens),
                lse.as(lse.dim(0), tokens),
                attended.rows(tokens),
                x2.rows(tokens),
                r2.rows(tokens),
                normed2.rows(tokens),
                gate.rows(tokens),
                up.rows(tokens),
                hidden.rows(tokens));
    }
}
