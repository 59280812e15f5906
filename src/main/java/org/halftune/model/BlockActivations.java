package org.halftune.model;

import org.halftune.backend.Allocator;
import org.halftune.backend.Tensor;

/**
 * What the forward pass of a block leaves for its backward pass. T tokens, H hidden, F intermediate, N·D query and K·D
 * key-value width. A tensor that is not {@link Kept} is the {@link Workspace}'s, and the next block overwrites it.
 *
 * @param x [T,H] the residual stream before the block
 * @param r1 [T] reciprocal root mean square of x's rows
 * @param normed1 [T,H]
 * @param qkv [T,(N+2K)·D] queries and keys after RoPE, and values
 * @param lse [N,T] log-sum-exp of the scores
 * @param attended [T,N·D]
 * @param x2 [T,H] the residual stream after attention
 * @param r2 [T]
 * @param normed2 [T,H]
 * @param gateUp [T,2F] gate and up side by side; the backward pass overwrites them with their gradients
 * @param hidden [T,F]
 */
record BlockActivations(
        Tensor x,
        Tensor r1,
        Tensor normed1,
        Qkv qkv,
        Tensor lse,
        Tensor attended,
        Tensor x2,
        Tensor r2,
        Tensor normed2,
        Tensor gateUp,
        Tensor hidden) {

    static BlockActivations allocate(Allocator a, LlamaConfig c, long tokens, Kept kept, Workspace shared) {
        return new BlockActivations(
                a.stored(tokens, c.hiddenSize()),
                a.floats(tokens),
                kept.normed1() ? a.stored(tokens, c.hiddenSize()) : shared.normed(),
                Qkv.allocate(a, c, tokens),
                a.floats(c.attentionHeads(), tokens),
                kept.attended() ? a.stored(tokens, c.queryWidth()) : shared.attended(),
                a.stored(tokens, c.hiddenSize()),
                a.floats(tokens),
                kept.normed2() ? a.stored(tokens, c.hiddenSize()) : shared.normed(),
                a.stored(tokens, 2L * c.intermediateSize()),
                kept.hidden() ? a.stored(tokens, c.intermediateSize()) : shared.wide());
    }

    /** The same buffers with another x: with checkpointing, blocks keep only their input and share the rest. */
    BlockActivations withInput(Tensor input) {
        return new BlockActivations(input, r1, normed1, qkv, lse, attended, x2, r2, normed2, gateUp, hidden);
    }

    /** The first {@code tokens} of all. */
    BlockActivations rows(long tokens) {
        return new BlockActivations(
                x.rows(tokens),
                r1.rows(tokens),
                normed1.rows(tokens),
                qkv.rows(tokens),
                lse.as(lse.dim(0), tokens),
                attended.rows(tokens),
                x2.rows(tokens),
                r2.rows(tokens),
                normed2.rows(tokens),
                gateUp.rows(tokens),
                hidden.rows(tokens));
    }

    /** [T,F] */
    Tensor gate() {
        return gateUp.columns(0, gateUp.dim(1) / 2);
    }

    /** [T,F] */
    Tensor up() {
        return gateUp.columns(gateUp.dim(1) / 2, gateUp.dim(1));
    }
}
