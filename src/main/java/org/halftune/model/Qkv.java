package org.halftune.model;

import org.halftune.backend.Allocator;
import org.halftune.backend.Tensor;

/**
 * Queries, keys and values, or their gradients, side by side: the output of one product. T tokens, N·D query and K·D key-value
 * width.
 *
 * @param all [T,(N+2K)·D]
 * @param queryWidth N·D
 */
record Qkv(Tensor all, long queryWidth) {

    static Qkv allocate(Allocator a, LlamaConfig c, long tokens) {
        return new Qkv(a.stored(tokens, c.queryWidth() + 2L * c.keyValueWidth()), c.queryWidth());
    }

    /** The first {@code tokens}. */
    Qkv rows(long tokens) {
        return new Qkv(all.rows(tokens), queryWidth);
    }

    /** [T,N·D] */
    Tensor q() {
        return all.columns(0, queryWidth);
    }

    /** [T,K·D] */
    Tensor k() {
        return all.columns(queryWidth, rotatedWidth());
    }

    /** [T,K·D] */
    Tensor v() {
        return all.columns(rotatedWidth(), all.dim(1));
    }

    /** [T,(N+K)·D]: queries and keys, which RoPE rotates. */
    Tensor rotated() {
        return all.columns(0, rotatedWidth());
    }

    private long rotatedWidth() {
        return (queryWidth + all.dim(1)) / 2;
    }
}
