package org.halftune.backend.cuda.op;

import org.halftune.backend.Tensor;
import org.halftune.backend.cuda.launch.Launch;
import org.halftune.tensor.DType;

/** The sizes of one call of attention: T tokens, N query heads in groups that share one of K key-value heads, D head size. */
record AttentionHeads(int tokens, int queryHeads, int keyHeads, int headSize, AttentionTiles tiles) {

    /** Of q [T,N·D] and k [T,K·D]. */
    static AttentionHeads of(Tensor q, Tensor k, int headSize) {
        return new AttentionHeads(
                Math.toIntExact(q.dim(0)),
                Math.toIntExact(q.dim(1) / headSize),
                Math.toIntExact(k.dim(1) / headSize),
                headSize,
                AttentionTiles.of(headSize));
    }

    /** The same heads of another number of tokens. */
    AttentionHeads ofTokens(int count) {
        return new AttentionHeads(count, queryHeads, keyHeads, headSize, tiles);
    }

    /** Query heads that share a key-value head. */
    int group() {
        return queryHeads / keyHeads;
    }

    int queryBlocks() {
        return Math.ceilDiv(tokens, tiles.queries());
    }

    int keyBlocks() {
        return Math.ceilDiv(tokens, tiles.keys());
    }

    float scale() {
        return (float) (1 / Math.sqrt(headSize));
    }

    /** Appends T, N, K, D to the arguments. */
    Launch sizes(Launch launch) {
        return launch.i32(tokens).i32(queryHeads).i32(keyHeads).i32(headSize);
    }

    /** Bytes of a row of one head. */
    long rowBytes() {
        return 2L * headSize;
    }

    /** Bytes of the rows of all query heads. */
    long queryBytes() {
        return rowBytes() * tokens * queryHeads;
    }

    /** Bytes of the rows of all key heads. */
    long keyBytes() {
        return rowBytes() * tokens * keyHeads;
    }

    /** Bytes of an fp32 number for each token of each query head. */
    long scalarBytes() {
        return 4L * tokens * queryHeads;
    }

    /** The kernels move 16 bytes at a time. */
    static void requireAligned(Tensor... matrices) {
        for (var x : matrices) {
            if (x.dtype() != DType.BF16 || x.rowStride() % 8 != 0 || x.memory().address() % 16 != 0) {
                throw new IllegalArgumentException(
                        "attention on CUDA takes bf16 rows that begin at multiples of 16 bytes, not " + x);
            }
        }
    }

    /** One pitch serves both. */
    static void requireSameStride(Tensor a, Tensor b) {
        if (a.rowStride() != b.rowStride()) {
            throw new IllegalArgumentException(
                    "keys and values with row strides " + a.rowStride() + " and " + b.rowStride());
        }
    }
}
