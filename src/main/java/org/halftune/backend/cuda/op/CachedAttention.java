package org.halftune.backend.cuda.op;

import org.halftune.backend.CacheSlots;
import org.halftune.backend.Tensor;
import org.halftune.backend.cost.Traffic;
import org.halftune.backend.cuda.launch.Cost;
import org.halftune.backend.cuda.launch.DeviceContents;
import org.halftune.backend.cuda.launch.LaunchSink;

/** Launches of {@code attention_cached.cu}, for generation: q, out [T,N·D], k, v [T,K·D], caches [rows,P,K·D]. */
final class CachedAttention {
    private static final int WARP = 32;
    private static final int APPEND_THREADS = 128;
    /** Most warps of a block, and most query heads. */
    private static final int MOST_WARPS = 8;

    private final LaunchSink sink;

    CachedAttention(LaunchSink sink) {
        this.sink = sink;
    }

    /** Appends k and v to the caches, then attends. */
    void forward(
            Tensor out,
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor keyCache,
            Tensor valueCache,
            CacheSlots slots,
            int headSize) {
        var heads = AttentionHeads.of(q, k, headSize);
        AttentionHeads.requireAligned(out, q, k, v);
        AttentionHeads.requireSameStride(k, v);
        append(keyCache, valueCache, k, v, slots);
        attend(out, q, keyCache, valueCache, slots, heads);
    }

    private void append(Tensor keyCache, Tensor valueCache, Tensor k, Tensor v, CacheSlots slots) {
        long tokens = k.dim(0);
        sink.kernel("cache_append", tokens, 1, 1, APPEND_THREADS, 0)
                .tensor(keyCache)
                .tensor(valueCache)
                .tensor(k)
                .tensor(v)
                .tensor(slots.sequences().starts())
                .tensor(slots.rows())
                .tensor(slots.past())
                .i32(slots.sequences().lengths().size())
                .i32(k.dim(1))
                .i32(keyCache.dim(1))
                .i32(k.rowStride())
                .run(_ -> {
                    long row = 2 * k.dim(1);
                    return Cost.ofMemory(tokens * (2 * row + 12), 2 * tokens * row);
                });
    }

    private void attend(
            Tensor out, Tensor q, Tensor keyCache, Tensor valueCache, CacheSlots slots, AttentionHeads heads) {
        int together = Math.min(MOST_WARPS, heads.group()); // query heads of a block
        int blocks = Math.ceilDiv(heads.group(), together);
        int warps = MOST_WARPS / together * together;
        int sharedBytes = warps * (heads.headSize() + 2) * Float.BYTES;
        sink.kernel("attention_cached", heads.tokens(), heads.keyHeads(), blocks, WARP * warps, sharedBytes)
                .tensor(out)
                .tensor(q)
                .tensor(keyCache)
                .tensor(valueCache)
                .tensor(slots.sequences().starts())
                .tensor(slots.rows())
                .tensor(slots.past())
                .i32(heads.tokens())
                .i32(slots.sequences().lengths().size())
                .i32(heads.queryHeads())
                .i32(heads.keyHeads())
                .i32(heads.headSize())
                .i32(keyCache.dim(1))
                .i32(out.rowStride())
                .i32(q.rowStride())
                .f32(heads.scale())
                .run(contents -> {
                    long queries = heads.queryBytes(), row = heads.rowBytes() * heads.keyHeads();
                    long keys = 2 * seen(slots, contents) * row; // and values
                    return new Cost(
                            new Traffic(queries + keys * blocks + 12L * heads.tokens(), queries),
                            2 * queries + keys,
                            0);
                });
    }

    /** Keys that all new tokens see together: those of the cache, and of their own sequence up to themselves. */
    private static long seen(CacheSlots slots, DeviceContents contents) {
        int[] past = contents.of(slots.past());
        var lengths = slots.sequences().lengths();
        long seen = 0;
        for (int s = 0; s < lengths.size(); s++) {
            long length = lengths.get(s);
            seen += length * past[s] + length * (length + 1) / 2;
        }
        return seen;
    }
}
