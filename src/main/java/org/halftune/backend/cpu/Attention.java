package org.halftune.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.halftune.backend.CacheSlots;
import org.halftune.backend.Sequences;
import org.halftune.backend.Tensor;

/**
 * Causal grouped-query attention, {@code softmax(q·kᵀ/√D)·v}, a block of queries at a time against all keys before its
 * end, so that scores of a whole sequence never exist (after Dao et al. 2022, arXiv 2205.14135; here the rows of a block
 * are whole, so the softmax is the plain one).
 *
 * <p>T tokens, N query heads in groups that share one of K key-value heads, D head size. q, out [T,N·D]; k, v [T,K·D];
 * lse [N,T]: the log-sum-exp of each row of scaled scores.
 */
final class Attention {
    /** Queries in a block. */
    private static final int BLOCK = 64;

    private final OpenBlas blas;
    private final Workers workers;
    private final Scratch scratch;

    Attention(OpenBlas blas, Workers workers, Scratch scratch) {
        this.blas = blas;
        this.workers = workers;
        this.scratch = scratch;
    }

    /** Widths of the rows of q and k, how far rows of q and of k and v lie apart, and the scale of the scores. */
    private record Heads(int headSize, int queryWidth, int keyWidth, int queryStride, int keyStride, float scale) {
        static Heads of(Tensor q, Tensor k, Tensor v, int headSize) {
            if (k.rowStride() != v.rowStride())
                throw new IllegalArgumentException("k and v have different row strides");
            return new Heads(headSize, (int) q.dim(1), (int) k.dim(1), (int) q.rowStride(), (int) k.rowStride(), (float)
                    (1 / Math.sqrt(headSize)));
        }

        int queryHeads() {
            return queryWidth / headSize;
        }

        int keyHeads() {
            return keyWidth / headSize;
        }

        /** Query heads that share a key head. */
        int group() {
            return queryWidth / keyWidth;
        }
    }

    /** Queries [from, to) of one head of one sequence; they see keys from {@code start} on, up to themselves. */
    private record QueryBlock(int sequence, int start, int from, int to) {
        int queries() {
            return to - from;
        }

        int keys() {
            return to - start;
        }
    }

    private static List<QueryBlock> blocks(Sequences sequences) {
        var blocks = new ArrayList<QueryBlock>();
        int start = 0;
        for (int s = 0; s < sequences.lengths().size(); s++) {
            int end = start + sequences.lengths().get(s);
            for (int from = start; from < end; from += BLOCK) {
                blocks.add(new QueryBlock(s, start, from, Math.min(end, from + BLOCK)));
            }
            start = end;
        }
        return blocks;
    }

    void forward(Tensor out, Tensor lse, Tensor q, Tensor k, Tensor v, Sequences sequences, int headSize) {
        var heads = Heads.of(q, k, v, headSize);
        var blocks = blocks(sequences);
        long tokens = q.dim(0);
        int stride = sequences.longest();
        var parts = scratch.parts((long) BLOCK * stride);
        workers.parallel(heads.queryHeads() * blocks.size(), (task, worker) -> {
            int head = task / blocks.size();
            var block = blocks.get(task % blocks.size());
            long key = (long) block.start * heads.keyStride + (long) head / heads.group() * headSize;
            long query = (long) block.from * heads.queryStride + (long) head * headSize;
            var scores = parts[worker].memory();
            scores(scores, q, query, k.memory(), key, heads.keyStride, heads, block.queries(), block.keys(), stride);
            softmax(scores, lse.memory(), head * tokens + block.from, block.queries(), block.keys(), stride);
            blas.multiply(
                    false,
                    false,
                    block.queries(),
                    headSize,
                    block.keys(),
                    1,
                    scores,
                    stride,
                    at(v.memory(), key),
                    heads.keyStride,
                    0,
                    at(out, block.from, (long) head * headSize),
                    (int) out.rowStride());
        });
    }

    /** scores [queries,keys] = scale·Q·Kᵀ, from element {@code query} of q and {@code key} of k. */
    private void scores(
            MemorySegment scores,
            Tensor q,
            long query,
            MemorySegment k,
            long key,
            int keyStride,
            Heads heads,
            int queries,
            int keys,
            int stride) {
        blas.multiply(
                false,
                true,
                queries,
                keys,
                heads.headSize,
                heads.scale,
                at(q.memory(), query),
                heads.queryStride,
                at(k, key),
                keyStride,
                0,
                scores,
                stride);
    }

    /** Row i of the block sees the first {@code keys − queries + i + 1} keys; the rest become 0. */
    private static void softmax(
            MemorySegment scores, MemorySegment lse, long firstRow, int queries, int keys, int stride) {
        for (int i = 0; i < queries; i++) {
            long row = (long) i * stride;
            int seen = keys - queries + i + 1;
            float max = max(scores, row, seen);
            float sum = exponentials(scores, row, seen, keys, max);
            Lanes.set(lse, firstRow + i, max + (float) Math.log(sum));
            scale(scores, row, seen, 1 / sum);
        }
    }

    private static float max(MemorySegment scores, long row, int seen) {
        var most = FloatVector.broadcast(Lanes.SPECIES, Float.NEGATIVE_INFINITY);
        int j = 0;
        for (int bound = (int) Lanes.bound(seen); j < bound; j += Lanes.WIDTH) {
            most = most.max(Lanes.load(scores, row + j));
        }
        var mask = Lanes.first(seen - j);
        most = most.lanewise(VectorOperators.MAX, Lanes.load(scores, row + j, mask), mask);
        return most.reduceLanes(VectorOperators.MAX);
    }

    /** {@code e^(x − shift)} of the first {@code seen} of a row in place, 0 in the rest of it; returns the sum. */
    private static float exponentials(MemorySegment scores, long row, int seen, int keys, float shift) {
        var total = FloatVector.zero(Lanes.SPECIES);
        int j = 0;
        for (int bound = (int) Lanes.bound(seen); j < bound; j += Lanes.WIDTH) {
            var e = Lanes.exp(Lanes.load(scores, row + j).sub(shift));
            total = total.add(e);
            Lanes.store(e, scores, row + j);
        }
        if (j < seen) {
            var mask = Lanes.first(seen - j);
            var e = Lanes.exp(Lanes.load(scores, row + j, mask).sub(shift));
            total = total.add(e, mask);
            Lanes.store(e, scores, row + j, mask);
        }
        scores.asSlice(4 * (row + seen), 4L * (keys - seen)).fill((byte) 0);
        return Lanes.sum(total);
    }

    private static void scale(MemorySegment scores, long row, int seen, float factor) {
        int j = 0;
        for (int bound = (int) Lanes.bound(seen); j < bound; j += Lanes.WIDTH) {
            Lanes.store(Lanes.load(scores, row + j).mul(factor), scores, row + j);
        }
        for (; j < seen; j++) Lanes.set(scores, row + j, Lanes.get(scores, row + j) * factor);
    }

    /** One task is one key head of one sequence with its group of query heads, so that dk and dv have one writer. */
    void backward(
            Tensor dq,
            Tensor dk,
            Tensor dv,
            Tensor dOut,
            Tensor lse,
            Tensor q,
            Tensor k,
            Tensor v,
            Sequences sequences,
            int headSize) {
        var heads = Heads.of(q, k, v, headSize);
        var blocks = blocks(sequences);
        long tokens = q.dim(0);
        int count = sequences.lengths().size();
        int stride = sequences.longest();
        var parts = scratch.parts(2L * BLOCK * stride);
        workers.parallel(heads.keyHeads() * count, (task, worker) -> {
            int keyHead = task / count;
            int sequence = task % count;
            var p = parts[worker].floats(0, (long) BLOCK * stride); // probabilities
            var ds = parts[worker].floats((long) BLOCK * stride, (long) BLOCK * stride); // gradient of the scores
            for (int g = 0; g < heads.group(); g++) {
                int head = keyHead * heads.group() + g;
                // From the last block backwards: it sees all keys, so it may overwrite dk and dv.
                for (var block : blocks.reversed()) {
                    if (block.sequence != sequence) continue;
                    int queries = block.queries(), keys = block.keys();
                    long key = (long) block.start * heads.keyStride + (long) keyHead * headSize;
                    long query = (long) block.from * heads.queryStride + (long) head * headSize;
                    int outColumn = head * headSize, keyColumn = keyHead * headSize;
                    boolean first = g == 0 && keys == sequences.lengths().get(sequence);
                    scores(p, q, query, k.memory(), key, heads.keyStride, heads, queries, keys, stride);
                    var dOutBlock = at(dOut, block.from, outColumn);
                    blas.multiply( // dP = dO·Vᵀ
                            false,
                            true,
                            queries,
                            keys,
                            headSize,
                            1,
                            dOutBlock,
                            (int) dOut.rowStride(),
                            at(v.memory(), key),
                            heads.keyStride,
                            0,
                            ds,
                            stride);
                    softmaxBackward(
                            p, ds, lse.memory(), head * tokens + block.from, queries, keys, stride, heads.scale);
                    blas.multiply( // dV += Pᵀ·dO
                            true,
                            false,
                            keys,
                            headSize,
                            queries,
                            1,
                            p,
                            stride,
                            dOutBlock,
                            (int) dOut.rowStride(),
                            first ? 0 : 1,
                            at(dv, block.start, keyColumn),
                            (int) dv.rowStride());
                    blas.multiply( // dK += dSᵀ·Q
                            true,
                            false,
                            keys,
                            headSize,
                            queries,
                            1,
                            ds,
                            stride,
                            at(q.memory(), query),
                            heads.queryStride,
                            first ? 0 : 1,
                            at(dk, block.start, keyColumn),
                            (int) dk.rowStride());
                    blas.multiply( // dQ = dS·K
                            false,
                            false,
                            queries,
                            headSize,
                            keys,
                            1,
                            ds,
                            stride,
                            at(k.memory(), key),
                            heads.keyStride,
                            0,
                            at(dq, block.from, outColumn),
                            (int) dq.rowStride());
                }
            }
        });
    }

    /**
     * From scaled scores to probabilities in p, and from dP to the gradient of the unscaled scores in ds:
     * {@code dS = P∘(dP − Σ_j P·dP)·scale}.
     */
    private static void softmaxBackward(
            MemorySegment p,
            MemorySegment ds,
            MemorySegment lse,
            long firstRow,
            int queries,
            int keys,
            int stride,
            float scale) {
        for (int i = 0; i < queries; i++) {
            long row = (long) i * stride;
            int seen = keys - queries + i + 1;
            exponentials(p, row, seen, keys, Lanes.get(lse, firstRow + i));
            float delta = dot(p, ds, row, seen);
            int j = 0;
            for (int bound = (int) Lanes.bound(seen); j < bound; j += Lanes.WIDTH) {
                var d = Lanes.load(ds, row + j).sub(delta).mul(Lanes.load(p, row + j));
                Lanes.store(d.mul(scale), ds, row + j);
            }
            for (; j < seen; j++) {
                Lanes.set(ds, row + j, (Lanes.get(ds, row + j) - delta) * Lanes.get(p, row + j) * scale);
            }
            ds.asSlice(4 * (row + seen), 4L * (keys - seen)).fill((byte) 0);
        }
    }

    private static float dot(MemorySegment a, MemorySegment b, long row, int count) {
        var sum = FloatVector.zero(Lanes.SPECIES);
        int j = 0;
        for (int bound = (int) Lanes.bound(count); j < bound; j += Lanes.WIDTH) {
            sum = Lanes.load(a, row + j).fma(Lanes.load(b, row + j), sum);
        }
        var mask = Lanes.first(count - j);
        sum = Lanes.load(a, row + j, mask).fma(Lanes.load(b, row + j, mask), sum);
        return Lanes.sum(sum);
    }

    /** Caches [rows,P,K·D]; new keys and values are appended before the queries look. */
    void cached(
            Tensor out,
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor keyCache,
            Tensor valueCache,
            CacheSlots slots,
            int headSize) {
        var heads = Heads.of(q, k, v, headSize);
        var blocks = blocks(slots.sequences());
        append(keyCache, k, slots);
        append(valueCache, v, slots);
        int stride = slots.longest();
        long cacheRow = keyCache.dim(1) * heads.keyWidth;
        var parts = scratch.parts((long) (BLOCK + 1) * stride + BLOCK);
        workers.parallel(heads.queryHeads() * blocks.size(), (task, worker) -> {
            int head = task / blocks.size();
            var block = blocks.get(task % blocks.size());
            int past = Lanes.getInt(slots.past().memory(), block.sequence);
            long key = Lanes.getInt(slots.rows().memory(), block.sequence) * cacheRow
                    + (long) head / heads.group() * headSize;
            long query = (long) block.from * heads.queryStride + (long) head * headSize;
            int keys = past + block.keys();
            var scores = parts[worker].floats(0, (long) BLOCK * stride);
            var unused = parts[worker].floats((long) BLOCK * stride, BLOCK);
            scores(scores, q, query, keyCache.memory(), key, heads.keyWidth, heads, block.queries(), keys, stride);
            softmax(scores, unused, 0, block.queries(), keys, stride);
            blas.multiply(
                    false,
                    false,
                    block.queries(),
                    headSize,
                    keys,
                    1,
                    scores,
                    stride,
                    at(valueCache.memory(), key),
                    heads.keyWidth,
                    0,
                    at(out, block.from, (long) head * headSize),
                    (int) out.rowStride());
        });
    }

    private static void append(Tensor cache, Tensor added, CacheSlots slots) {
        long rowBytes = 4 * added.dim(1);
        long strideBytes = 4 * added.rowStride();
        long start = 0;
        for (int s = 0; s < slots.sequences().lengths().size(); s++) {
            long length = slots.sequences().lengths().get(s);
            long target = Lanes.getInt(slots.rows().memory(), s) * cache.dim(1)
                    + Lanes.getInt(slots.past().memory(), s);
            for (long i = 0; i < length; i++) {
                MemorySegment.copy(
                        added.memory(), (start + i) * strideBytes, cache.memory(), (target + i) * rowBytes, rowBytes);
            }
            start += length;
        }
    }

    private static MemorySegment at(Tensor x, long row, long column) {
        return at(x.memory(), row * x.rowStride() + column);
    }

    private static MemorySegment at(MemorySegment memory, long element) {
        return memory.asSlice(4 * element);
    }
}
