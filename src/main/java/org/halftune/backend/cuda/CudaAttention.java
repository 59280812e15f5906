package org.halftune.backend.cuda;

import org.halftune.backend.CacheSlots;
import org.halftune.backend.Sequences;
import org.halftune.backend.Tensor;
import org.halftune.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * Launches of the attention kernels ({@code attention_*.cu}). T tokens, N query heads in groups that share one of K key-value
 * heads, D head size. q, out [T,N·D], k, v [T,K·D], rows a stride apart; lse [N,T].
 */
final class CudaAttention {
    private static final int THREADS = 128;
    /** Of attention_delta: a block, and the tokens it takes. */
    static final int DELTA_THREADS = 256, DELTA_TOKENS = 32;
    /** Of attention_cached: most warps of a block, and most query heads. */
    static final int CACHED_WARPS = 8;

    private static final int WARP = 32;

    private final Kernels kernels;
    private final DeviceScratch scratch;

    CudaAttention(Kernels kernels, DeviceScratch scratch) {
        this.kernels = kernels;
        this.scratch = scratch;
    }

    /** What every kernel must know of the heads. */
    private record Heads(int tokens, int queryHeads, int keyHeads, int headSize, float scale, AttentionTiles tiles) {

        static Heads of(Tensor q, Tensor k, int headSize) {
            return new Heads(
                    Math.toIntExact(q.dim(0)),
                    Math.toIntExact(q.dim(1) / headSize),
                    Math.toIntExact(k.dim(1) / headSize),
                    headSize,
                    (float) (1 / Math.sqrt(headSize)),
                    AttentionTiles.of(headSize));
        }

        int group() {
            return queryHeads / keyHeads;
        }

        int queryBlocks() {
            return Math.ceilDiv(tokens, tiles.queries());
        }

        int keyBlocks() {
            return Math.ceilDiv(tokens, tiles.keys());
        }

        /** T, N, K, D. */
        Launch sizes(Launch launch) {
            return launch.i32(tokens).i32(queryHeads).i32(keyHeads).i32(headSize);
        }
    }

    private Kernel kernel(String name, Heads heads) {
        return kernels.get(name + "_" + heads.tiles.width());
    }

    void forward(Tensor out, Tensor lse, Tensor q, Tensor k, Tensor v, Sequences sequences, int headSize) {
        var heads = Heads.of(q, k, headSize);
        requireAligned(out, q, k, v);
        requireSameStride(k, v);
        var launch = kernel("attention_forward", heads)
                .launch(heads.queryHeads, heads.queryBlocks(), 1, THREADS, heads.tiles.forwardBytes());
        launch.tensor(out).tensor(lse).tensor(q).tensor(k).tensor(v).tensor(sequences.begin());
        heads.sizes(launch)
                .i32(out.rowStride())
                .i32(q.rowStride())
                .i32(k.rowStride())
                .f32(heads.scale)
                .run();
    }

    /** Without the output, delta comes from the probabilities. */
    void backward(
            Tensor dq,
            Tensor dk,
            Tensor dv,
            Tensor dOut,
            @Nullable Tensor out,
            Tensor lse,
            Tensor q,
            Tensor k,
            Tensor v,
            Sequences sequences,
            int headSize) {
        var heads = Heads.of(q, k, headSize);
        requireAligned(dq, dk, dv, dOut, q, k, v);
        requireSameStride(k, v);
        requireSameStride(dk, dv);
        var delta = scratch.begin().allocate(DType.F32, heads.queryHeads, heads.tokens);
        if (out != null) {
            delta(delta, dOut, out, heads);
        } else {
            recomputeDelta(delta, dOut, lse, q, k, v, sequences, heads);
        }
        backwardQuery(dq, dOut, lse, delta, q, k, v, sequences, heads);
        backwardKeyValue(dk, dv, dOut, lse, delta, q, k, v, sequences, heads);
    }

    private void delta(Tensor delta, Tensor dOut, Tensor out, Heads heads) {
        requireAligned(out);
        int blocks = Math.ceilDiv(heads.tokens, DELTA_TOKENS);
        kernels.get("attention_delta")
                .launch(blocks, heads.queryHeads, 1, DELTA_THREADS, 0)
                .tensor(delta)
                .tensor(dOut)
                .tensor(out)
                .i32(heads.tokens)
                .i32(heads.queryHeads)
                .i32(heads.headSize)
                .i32(dOut.rowStride())
                .i32(out.rowStride())
                .run();
    }

    private void recomputeDelta(
            Tensor delta, Tensor dOut, Tensor lse, Tensor q, Tensor k, Tensor v, Sequences sequences, Heads heads) {
        var launch = kernel("attention_delta_recompute", heads)
                .launch(heads.queryHeads, heads.queryBlocks(), 1, THREADS, heads.tiles.queryBytes());
        launch.tensor(delta)
                .tensor(dOut)
                .tensor(lse)
                .tensor(q)
                .tensor(k)
                .tensor(v)
                .tensor(sequences.begin());
        heads.sizes(launch)
                .i32(dOut.rowStride())
                .i32(q.rowStride())
                .i32(k.rowStride())
                .f32(heads.scale)
                .run();
    }

    private void backwardQuery(
            Tensor dq,
            Tensor dOut,
            Tensor lse,
            Tensor delta,
            Tensor q,
            Tensor k,
            Tensor v,
            Sequences sequences,
            Heads heads) {
        var launch = kernel("attention_backward_query", heads)
                .launch(heads.queryHeads, heads.queryBlocks(), 1, THREADS, heads.tiles.queryBytes());
        launch.tensor(dq)
                .tensor(dOut)
                .tensor(lse)
                .tensor(delta)
                .tensor(q)
                .tensor(k)
                .tensor(v);
        launch.tensor(sequences.begin());
        heads.sizes(launch)
                .i32(dq.rowStride())
                .i32(dOut.rowStride())
                .i32(q.rowStride())
                .i32(k.rowStride())
                .f32(heads.scale)
                .run();
    }

    private void backwardKeyValue(
            Tensor dk,
            Tensor dv,
            Tensor dOut,
            Tensor lse,
            Tensor delta,
            Tensor q,
            Tensor k,
            Tensor v,
            Sequences sequences,
            Heads heads) {
        var tiles = heads.tiles;
        var launch = kernel("attention_backward_key_value", heads)
                .launch(heads.keyHeads, heads.keyBlocks(), tiles.shares(), THREADS, tiles.keyValueBytes());
        launch.tensor(dk)
                .tensor(dv)
                .tensor(dOut)
                .tensor(lse)
                .tensor(delta)
                .tensor(q)
                .tensor(k)
                .tensor(v);
        launch.tensor(sequences.end());
        heads.sizes(launch)
                .i32(dk.rowStride())
                .i32(dOut.rowStride())
                .i32(q.rowStride())
                .i32(k.rowStride())
                .f32(heads.scale)
                .run();
    }

    /** Caches [rows,P,K·D]: appends k and v, then attends. */
    void cached(
            Tensor out,
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor keyCache,
            Tensor valueCache,
            CacheSlots slots,
            int headSize) {
        var heads = Heads.of(q, k, headSize);
        requireAligned(out, q, k, v);
        requireSameStride(k, v);
        int sequenceCount = slots.sequences().lengths().size();
        kernels.get("cache_append")
                .launch(heads.tokens, 1, 1, THREADS, 0)
                .tensor(keyCache)
                .tensor(valueCache)
                .tensor(k)
                .tensor(v)
                .tensor(slots.sequences().starts())
                .tensor(slots.rows())
                .tensor(slots.past())
                .i32(sequenceCount)
                .i32(k.dim(1))
                .i32(keyCache.dim(1))
                .i32(k.rowStride())
                .run();

        int together = Math.min(CACHED_WARPS, heads.group()); // query heads of a block
        int warps = CACHED_WARPS / together * together;
        int sharedBytes = warps * (headSize + 2) * Float.BYTES;
        kernels.get("attention_cached")
                .launch(heads.tokens, heads.keyHeads, Math.ceilDiv(heads.group(), together), WARP * warps, sharedBytes)
                .tensor(out)
                .tensor(q)
                .tensor(keyCache)
                .tensor(valueCache)
                .tensor(slots.sequences().starts())
                .tensor(slots.rows())
                .tensor(slots.past())
                .i32(heads.tokens)
                .i32(sequenceCount)
                .i32(heads.queryHeads)
                .i32(heads.keyHeads)
                .i32(headSize)
                .i32(keyCache.dim(1))
                .i32(out.rowStride())
                .i32(q.rowStride())
                .f32(heads.scale)
                .run();
    }

    /** The kernels move 16 bytes at a time. */
    private static void requireAligned(Tensor... matrices) {
        for (var x : matrices) {
            if (x.dtype() != DType.BF16 || x.rowStride() % 8 != 0 || x.memory().address() % 16 != 0) {
                throw new IllegalArgumentException(
                        "attention on CUDA takes bf16 rows that begin at multiples of 16 bytes, not " + x);
            }
        }
    }

    /** One pitch serves both. */
    private static void requireSameStride(Tensor a, Tensor b) {
        if (a.rowStride() != b.rowStride()) {
            throw new IllegalArgumentException(
                    "keys and values with row strides " + a.rowStride() + " and " + b.rowStride());
        }
    }
}
