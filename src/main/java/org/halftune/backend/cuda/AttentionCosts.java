package org.halftune.backend.cuda;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.halftune.backend.Sequences;
import org.halftune.backend.Tensor;
import org.halftune.backend.cost.Traffic;
import org.jspecify.annotations.Nullable;

/**
 * What the launches of {@link CudaAttention} cost. Which tiles a block walks over, which of them each warp sees and which it must
 * mask follows from where the sequences begin and end, as in {@code attention_*.cu}; every head does the same.
 *
 * <p>A tile is read once by each block that walks over it, and comes from the second-level cache all but the first time.
 */
final class AttentionCosts {
    private static final int WARPS = 4;
    private static final int MOST_WALKS = 64;

    private final CostNotes notes;

    /** All layers do the same. */
    private final Map<WalkKey, Walk> walks = new HashMap<>();

    /** @param tile rows of the tiles that blocks walk over; 0: those of queries */
    private record WalkKey(List<Integer> lengths, AttentionTiles tiles, int tile) {}

    AttentionCosts(CostNotes notes) {
        this.notes = notes;
    }

    private Walk walk(Shape s, int tile) {
        if (walks.size() > MOST_WALKS) walks.clear();
        return walks.computeIfAbsent(
                new WalkKey(s.lengths, s.tiles, tile), _ -> tile == 0 ? overQueries(s) : overKeys(s, tile));
    }

    /** Tokens of sequences of these lengths, and heads. */
    private record Shape(
            int tokens, int queryHeads, int keyHeads, int headSize, AttentionTiles tiles, List<Integer> lengths) {

        static Shape of(Tensor q, Tensor k, Sequences sequences, int headSize) {
            return new Shape(
                    Math.toIntExact(q.dim(0)),
                    Math.toIntExact(q.dim(1) / headSize),
                    Math.toIntExact(k.dim(1) / headSize),
                    headSize,
                    AttentionTiles.of(headSize),
                    sequences.lengths());
        }

        /** A row of a head, in bytes. */
        long row() {
            return 2L * headSize;
        }

        /** Query rows, and key rows, of all heads. */
        long queryBytes() {
            return row() * tokens * queryHeads;
        }

        long keyBytes() {
            return row() * tokens * keyHeads;
        }

        /** A number of fp32 for each token of each query head. */
        long scalarBytes() {
            return 4L * tokens * queryHeads;
        }

        String kernel(String name) {
            return name + "_" + tiles.width();
        }
    }

    /** What all blocks of one head do: key rows that they read, tokens' bounds, and tiles of 16 rows by one key tile. */
    private record Walk(long keyRows, long bounds, long stripTiles) {}

    /** The blocks of queries of one head, walking over key tiles of {@code keys} rows. */
    private static Walk overKeys(Shape s, int keys) {
        int queries = s.tiles.queries(), strip = queries / WARPS;
        long keyRows = 0, bounds = 0, stripTiles = 0;
        int[] begin = Sequences.tables(s.lengths)[1];
        for (int first = 0; first < s.tokens; first += queries) {
            int last = Math.min(first + queries, s.tokens) - 1;
            int firstKey = begin[first], lastBegin = begin[last];
            keyRows += last - firstKey + 1;
            bounds += first == last ? 1 : 2;
            for (int key = firstKey; key <= last; key += keys) {
                int masked = 0; // rows whose bound is read, from the first of the masked warps
                for (int warpFirst = first; warpFirst < first + queries; warpFirst += strip) {
                    if (key > warpFirst + strip - 1) continue;
                    stripTiles += strip / 16;
                    boolean mask = key < lastBegin || key + keys - 1 > warpFirst;
                    if (mask) masked += distinct(warpFirst, strip, s.tokens, masked > 0);
                }
                bounds += masked;
            }
        }
        return new Walk(keyRows, bounds, stripTiles);
    }

    /** The blocks of keys of one key head, walking over tiles of the queries of one query head; key rows are their queries. */
    private static Walk overQueries(Shape s) {
        int keys = s.tiles.keys(), queries = s.tiles.backwardQueries(), strip = keys / WARPS;
        long queryRows = 0, bounds = 0, stripTiles = 0;
        int[] end = Sequences.tables(s.lengths)[2];
        for (int first = 0; first < s.tokens; first += keys) {
            int last = Math.min(first + keys, s.tokens) - 1;
            int firstEnd = end[first], lastEnd = end[last];
            int walkEnd = first + Math.ceilDiv(lastEnd - first, queries) * queries;
            queryRows += Math.min(s.tokens, walkEnd) - first;
            for (int query = first; query < lastEnd; query += queries) {
                int masked = 0;
                for (int warpFirst = first; warpFirst < first + keys; warpFirst += strip) {
                    if (query + queries <= warpFirst) continue;
                    stripTiles += strip / 16;
                    boolean mask = query < warpFirst + strip - 1 || query + queries > firstEnd;
                    if (mask) masked += distinct(warpFirst, strip, s.tokens, masked > 0);
                }
                bounds += masked;
            }
        }
        return new Walk(queryRows, bounds, stripTiles);
    }

    /** How many bounds a warp reads that no warp before it has: behind the last token all read the last one's. */
    private static int distinct(int warpFirst, int strip, int tokens, boolean lastMayBeRead) {
        int rows = Math.clamp(tokens - (long) warpFirst, 0, strip);
        return rows > 0 ? rows : lastMayBeRead ? 0 : 1;
    }

    /** Products of 16 rows by a tile of {@code columns} over the padded head size. */
    private static double operations(Shape s, long stripTiles, int columns, int products) {
        return 2.0 * 16 * columns * s.tiles.width() * products * stripTiles;
    }

    void forward(Tensor q, Tensor k, Sequences sequences, int headSize) {
        var s = Shape.of(q, k, sequences, headSize);
        var walk = walk(s, s.tiles.forwardKeys());
        long heads = s.queryHeads, read = s.queryBytes() + heads * (2 * walk.keyRows * s.row() + 4 * walk.bounds);
        note(
                s,
                "attention_forward",
                heads * Math.ceilDiv(s.tokens, s.tiles.queries()),
                new Traffic(read, s.queryBytes() + s.scalarBytes()),
                2 * s.queryBytes() + 2 * s.keyBytes() + s.scalarBytes(),
                heads * operations(s, walk.stripTiles, s.tiles.forwardKeys(), 2));
    }

    void backward(Tensor q, Tensor k, @Nullable Tensor out, Sequences sequences, int headSize) {
        var s = Shape.of(q, k, sequences, headSize);
        if (out != null) {
            long blocks = (long) Math.ceilDiv(s.tokens, CudaAttention.DELTA_TOKENS) * s.queryHeads;
            notes.kernel("attention_delta", blocks, 2 * s.queryBytes(), s.scalarBytes());
        } else {
            overKeysBackward(s, "attention_delta_recompute", 2, 1, s.scalarBytes());
        }
        overKeysBackward(s, "attention_backward_query", 3, 2, s.queryBytes());
        keyValue(s);
    }

    /** @param scalars for each row: lse, and delta where it is read */
    private void overKeysBackward(Shape s, String kernel, int products, int scalars, long written) {
        var walk = walk(s, s.tiles.backwardKeys());
        long heads = s.queryHeads, rows = 2 * s.queryBytes() + scalars * s.scalarBytes();
        note(
                s,
                kernel,
                heads * Math.ceilDiv(s.tokens, s.tiles.queries()),
                new Traffic(rows + heads * (2 * walk.keyRows * s.row() + 4 * walk.bounds), written),
                rows + 2 * s.keyBytes() + written,
                heads * operations(s, walk.stripTiles, s.tiles.backwardKeys(), products));
    }

    private void keyValue(Shape s) {
        var walk = walk(s, 0);
        int shares = s.tiles.shares(), group = s.queryHeads / s.keyHeads, keys = s.tiles.keys();
        long blocks = (long) s.keyHeads * Math.ceilDiv(s.tokens, keys) * shares;
        long ends = 0; // of a block's first and last key
        for (int first = 0; first < s.tokens; first += keys) ends += first == s.tokens - 1 ? 1 : 2;
        long ofKeyHead = 2L * s.tokens * s.row() + 4 * ends;
        long ofQueryHead = walk.keyRows * (2 * s.row() + 8) + 4 * walk.bounds;
        // Scores and their gradients over all columns, the gradients of keys and values over the share's.
        double products = 2 + 2.0 / shares;
        note(
                s,
                "attention_backward_key_value",
                blocks,
                new Traffic((long) s.keyHeads * shares * (ofKeyHead + group * ofQueryHead), 2 * s.keyBytes()),
                2 * s.queryBytes() + 2 * s.scalarBytes() + 4 * s.keyBytes(),
                s.queryHeads * shares * products * operations(s, walk.stripTiles, s.tiles.backwardQueries(), 1));
    }

    private void note(Shape s, String kernel, long blocks, Traffic asked, long moved, double operations) {
        notes.kernel(s.kernel(kernel), blocks, asked, moved, operations);
    }
}
