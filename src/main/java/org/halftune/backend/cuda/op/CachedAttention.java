package org.halftune.backend.cuda.op;

import java.util.Arrays;
import org.halftune.backend.CacheSlots;
import org.halftune.backend.Tensor;
import org.halftune.backend.cost.Traffic;
import org.halftune.backend.cuda.launch.Cost;
import org.halftune.backend.cuda.launch.DeviceContents;
import org.halftune.backend.cuda.launch.LaunchSink;

/**
 * Launches of {@code attention_cached.cu}, for generation: q, out [T,N·D], k, v [T,K·D], caches [rows,P,K·D].
 *
 * <p>In a step of generation every sequence has one token, and a block for each key head of it leaves most of a GPU idle. Where the
 * longest context has more than 512 places, its keys are split over several blocks (flash-decoding), whose results a second launch
 * joins in a fixed order. How a token's keys are split depends on their number alone, so its result does not depend on the other
 * sequences. Not yet run on a GPU.
 */
final class CachedAttention {
    private static final int APPEND_THREADS = 128;
    /** Query heads of a block at most, and its warps at most. */
    private static final int CACHED_HEADS = 8;
    /** Of a split context: keys of a part at least, what they are a multiple of, and parts at most. */
    private static final int PART_KEYS = 512, PART_STEP = 64, MOST_PARTS = 32;

    private final LaunchSink sink;
    private final DeviceScratch scratch;

    CachedAttention(LaunchSink sink, DeviceScratch scratch) {
        this.sink = sink;
        this.scratch = scratch;
    }

    /**
     * What a block takes.
     *
     * @param eights blocks for the query heads of a key head
     */
    private record ThreadBlock(int eights, int threads, int sharedBytes) {
        static ThreadBlock of(AttentionHeads heads) {
            int together = Math.min(CACHED_HEADS, heads.group()), warps = CACHED_HEADS / together * together;
            return new ThreadBlock(
                    Math.ceilDiv(heads.group(), together),
                    RowBlocks.WARP * warps,
                    warps * (heads.headSize() + 2) * Float.BYTES);
        }
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
        boolean oneTokenEach = heads.tokens() == slots.sequences().lengths().size();
        if (oneTokenEach && slots.longest() > PART_KEYS) {
            attendInParts(out, q, keyCache, valueCache, slots, heads);
        } else {
            attend(out, q, keyCache, valueCache, slots, heads);
        }
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
                    long rows = 2 * tokens * 2 * k.dim(1);
                    return Cost.ofMemory(rows + tableBytes(slots), rows);
                });
    }

    private void attend(
            Tensor out, Tensor q, Tensor keyCache, Tensor valueCache, CacheSlots slots, AttentionHeads heads) {
        var block = ThreadBlock.of(heads);
        sink.kernel(
                        "attention_cached",
                        heads.tokens(),
                        heads.keyHeads(),
                        block.eights,
                        block.threads,
                        block.sharedBytes)
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
                            new Traffic(
                                    queries + (keys + heads.keyHeads() * tableBytes(slots)) * block.eights, queries),
                            2 * queries + keys,
                            0);
                });
    }

    /** As many tokens at a time as scratch holds the parts of. */
    private void attendInParts(
            Tensor out, Tensor q, Tensor keyCache, Tensor valueCache, CacheSlots slots, AttentionHeads heads) {
        int parts = Math.min(MOST_PARTS, Math.ceilDiv(slots.longest(), PART_KEYS));
        long floats = (long) heads.queryHeads() * parts * (heads.headSize() + 2); // of a token
        int atOnce = Math.clamp(scratch.bytes() / (Float.BYTES * floats), 1, heads.tokens());
        for (int from = 0; from < heads.tokens(); from += atOnce) {
            int to = Math.min(from + atOnce, heads.tokens());
            var memory = scratch.begin().floats((to - from) * floats);
            var some = heads.ofTokens(to - from);
            var past = slots.past().rows(from, to);
            part(
                    out.rows(from, to),
                    memory,
                    q.rows(from, to),
                    keyCache,
                    valueCache,
                    slots.rows().rows(from, to),
                    past,
                    parts,
                    some);
            join(out.rows(from, to), memory, past, parts, some);
        }
    }

    private void part(
            Tensor out,
            Tensor memory,
            Tensor q,
            Tensor keyCache,
            Tensor valueCache,
            Tensor rows,
            Tensor past,
            int parts,
            AttentionHeads heads) {
        var block = ThreadBlock.of(heads);
        sink.kernel(
                        "attention_cached_part",
                        heads.tokens(),
                        heads.keyHeads(),
                        block.eights * parts,
                        block.threads,
                        block.sharedBytes)
                .tensor(out)
                .tensor(memory)
                .tensor(q)
                .tensor(keyCache)
                .tensor(valueCache)
                .tensor(rows)
                .tensor(past)
                .i32(heads.queryHeads())
                .i32(heads.keyHeads())
                .i32(heads.headSize())
                .i32(keyCache.dim(1))
                .i32(parts)
                .i32(out.rowStride())
                .i32(q.rowStride())
                .f32(heads.scale())
                .run(contents -> {
                    int[] keys = keys(contents, past);
                    long seen = Arrays.stream(keys).asLongStream().sum();
                    long read = 2 * seen * heads.rowBytes() * heads.keyHeads(); // keys and values
                    long queries = heads.rowBytes() * heads.queryHeads(); // of a token
                    long pieces =
                            Arrays.stream(keys).map(CachedAttention::parts).sum();
                    long whole = Arrays.stream(keys)
                            .filter(count -> parts(count) == 1)
                            .count();
                    long written = whole * queries + (pieces - whole) * partBytes(heads);
                    return new Cost(
                            new Traffic(
                                    pieces * queries
                                            + read * block.eights
                                            // past of every block, and the cache row of those that have keys
                                            + 4L
                                                    * heads.keyHeads()
                                                    * block.eights
                                                    * ((long) parts * heads.tokens() + pieces),
                                    written),
                            heads.queryBytes() + read + written,
                            0);
                });
    }

    private void join(Tensor out, Tensor memory, Tensor past, int parts, AttentionHeads heads) {
        sink.kernel(
                        "attention_cached_join",
                        heads.tokens(),
                        heads.queryHeads(),
                        1,
                        RowBlocks.warps(heads.headSize()),
                        0)
                .tensor(out)
                .tensor(memory)
                .tensor(past)
                .i32(heads.queryHeads())
                .i32(heads.headSize())
                .i32(parts)
                .i32(out.rowStride())
                .run(contents -> {
                    var split = Arrays.stream(keys(contents, past))
                            .map(CachedAttention::parts)
                            .filter(count -> count > 1);
                    var counts = split.summaryStatistics();
                    long read = counts.getSum() * partBytes(heads) + 4L * heads.tokens() * heads.queryHeads();
                    return Cost.ofMemory(read, counts.getCount() * heads.rowBytes() * heads.queryHeads());
                });
    }

    /** Parts of a context of so many keys. */
    private static int parts(int keys) {
        return Math.ceilDiv(keys, Math.max(PART_KEYS, Math.ceilDiv(keys, PART_STEP * MOST_PARTS) * PART_STEP));
    }

    /** Bytes that a part of a token has in scratch. */
    private static long partBytes(AttentionHeads heads) {
        return (long) Float.BYTES * heads.queryHeads() * (heads.headSize() + 2);
    }

    /** Keys that each token sees, where every sequence has one. */
    private static int[] keys(DeviceContents contents, Tensor past) {
        return Arrays.stream(contents.of(past)).map(count -> count + 1).toArray();
    }

    /** Bytes that a block for each token reads of starts (the entries on the way of a bisection, and its own), past and rows. */
    private static long tableBytes(CacheSlots slots) {
        var lengths = slots.sequences().lengths();
        long bytes = 0;
        for (int wanted = 0; wanted < lengths.size(); wanted++) {
            var seen = TableSearch.compared(lengths.size(), wanted);
            seen.add(wanted);
            bytes += lengths.get(wanted) * (4L * seen.size() + 8);
        }
        return bytes;
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
