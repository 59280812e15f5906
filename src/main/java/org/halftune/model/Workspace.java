package org.halftune.model;

import org.halftune.backend.Allocator;
import org.halftune.backend.Tensor;

/**
 * Buffers that each block uses in turn; only {@code stream} outlives the block. T tokens, H hidden, F intermediate, N·D
 * query and K·D key-value width.
 *
 * @param branch [T,H] the output of attention or feed-forward, before it is added to the residual stream
 * @param normed [T,H] the output of a norm, where it is not kept
 * @param wide [T,F] SwiGLU's output, where it is not kept; in the backward pass its gradient
 * @param attended [T,N·D] the output of attention, where it is not kept
 * @param stream [T,H] the gradient along the residual stream
 * @param dNormed [T,H] the gradient of a norm's output
 * @param dAttended [T,N·D] the gradient of attention's output
 * @param delta [N,T] fp32, scratch of attention's backward pass
 * @param dQkv [T,(N+2K)·D] the gradients of queries, keys and values
 */
record Workspace(
        Tensor branch,
        Tensor normed,
        Tensor wide,
        Tensor attended,
        Tensor stream,
        Tensor dNormed,
        Tensor dAttended,
        Tensor delta,
        Qkv dQkv) {

    /** @param backward whether there is a backward pass; without one, the gradients have one row */
    static Workspace allocate(Allocator allocator, LlamaConfig c, long tokens, boolean backward) {
        long gradients = backward ? tokens : 1;
        return new Workspace(
                allocator.stored(tokens, c.hiddenSize()),
                allocator.stored(tokens, c.hiddenSize()),
                allocator.stored(tokens, c.intermediateSize()),
                allocator.stored(tokens, c.queryWidth()),
                allocator.stored(gradients, c.hiddenSize()),
                allocator.stored(gradients, c.hiddenSize()),
                allocator.stored(gradients, c.queryWidth()),
                allocator.floats(c.attentionHeads(), gradients),
                Qkv.allocate(allocator, c, gradients));
    }

    /** The first {@code tokens} of all, or the one row that a gradient has without a backward pass. */
    Workspace rows(long tokens) {
        long gradients = Math.min(tokens, stream.dim(0));
        return new Workspace(
                branch.rows(tokens),
                normed.rows(tokens),
                wide.rows(tokens),
                attended.rows(tokens),
                stream.rows(gradients),
                dNormed.rows(gradients),
                dAttended.rows(gradients),
                delta.as(delta.dim(0), gradients),
                dQkv.rows(gradients));
    }
}
