package org.halftune.backend.cuda.op;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.halftune.backend.Sequences;
import org.halftune.backend.cost.Traffic;
import org.halftune.backend.cuda.launch.Cost;

/**
 * What the launches of {@link CudaAttention} cost. Which tiles a block walks over, which of them each warp sees and which it must
 * mask follows from where the sequences begin and end, as in {@code attention_*.cu}; every head does the same.
 *
 * <p>A tile is read once by each block that walks over it, and comes from the second-level cache all but the first time.
 */
final class AttentionCosts {
    private static final int WARPS = 4;
    private static final int MOST_WALKS = 64;

    /** All layers do the same. */
    private final Map<WalkKey, Walk> walks = new HashMap<>();

    /** @param tile rows of the tiles that blocks walk over; 0: those of queries */
    private record WalkKey(List<Integer> lengths, AttentionTiles tiles, int tile) {}

    private Walk walk(AttentionHeads heads, Sequences sequences, int tile) {
        var lengths = sequences.lengths();
        if (walks.size() > MOST_WALKS) walks.clear();
        return walks.computeIfAbsent(
                new WalkKey(lengths, heads.tiles(), tile),
                _ -> tile == 0 ? overQueries(heads, lengths) : overKeys(heads, lengths, tile));
    }

    /**
     * What all blocks of one head do.
     *
     * @param rows of the tiles that they walk over
     * @param bounds of tokens' sequences that they read
     * @param stripTiles products of a strip of 16 rows and one tile
     */
    private record Walk(long rows, long bounds, long stripTiles) {}

    /** The blocks of queries of one head, walking over key tiles of {@code keys} rows. */
    private static Walk overKeys(AttentionHeads heads, List<Integer> lengths, int keys) {
        int tokens = heads.tokens(), queries = heads.tiles().queries(), strip = queries / WARPS;
        long keyRows = 0, bounds = 0, stripTiles = 0;
        int[] begin = Sequences.tables(lengths)[1];
        for (int first = 0; first < tokens; first += queries) {
            int last = Math.min(first + queries, tokens) - 1;
            int firstKey = begin[first], lastBegin = begin[last];
            keyRows += last - firstKey + 1;
            bounds += first == last ? 1 : 2;
            for (int key = firstKey; key <= last; key += keys) {
                int masked = 0; // rows whose bound is read, from the first of the masked warps
                for (int warpFirst = first; warpFirst < first + queries; warpFirst += strip) {
                    if (key > warpFirst + strip - 1) continue;
                    stripTiles += strip / 16;
                    boolean mask = key < lastBegin || key + keys - 1 > warpFirst;
                    if (mask) masked += distinct(warpFirst, strip, tokens, masked > 0);
                }
                bounds += masked;
            }
        }
        return new Walk(keyRows, bounds, stripTiles);
    }

    /** The blocks of keys of one key head, walking over tiles of the queries of one query head; key rows are their queries. */
    private static Walk overQueries(AttentionHeads heads, List<Integer> lengths) {
        var tiles = heads.tiles();
        int tokens = heads.tokens(), keys = tiles.keys(), queries = tiles.backwardQueries(), strip = keys / WARPS;
        long queryRows = 0, bounds = 0, stripTiles = 0;
        int[] end = Sequences.tables(lengths)[2];
        for (int first = 0; first < tokens; first += keys) {
            int last = Math.min(first + keys, tokens) - 1;
            int firstEnd = end[first], lastEnd = end[last];
            int walkEnd = first + Math.ceilDiv(lastEnd - first, queries) * queries;
            queryRows += Math.min(tokens, walkEnd) - first;
            for (int query = first; query < lastEnd; query += queries) {
                int masked = 0;
                for (int warpFirst = first; warpFirst < first + keys; warpFirst += strip) {
                    if (query + queries <= warpFirst) continue;
                    stripTiles += strip / 16;
                    boolean mask = query < warpFirst + strip - 1 || query + queries > firstEnd;
                    if (mask) masked += distinct(warpFirst, strip, tokens, masked > 0);
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

    Cost forward(AttentionHeads heads, Sequences sequences) {
        int tile = heads.tiles().forwardKeys();
        long scalars = heads.scalarBytes();
        return overKeys(heads, sequences, tile, 2, heads.queryBytes(), heads.queryBytes() + scalars);
    }

    Cost recomputeDelta(AttentionHeads heads, Sequences sequences) {
        long rows = 2 * heads.queryBytes() + heads.scalarBytes(); // queries and dOut, lse
        return overKeys(heads, sequences, heads.tiles().backwardKeys(), 2, rows, heads.scalarBytes());
    }

    Cost backwardQuery(AttentionHeads heads, Sequences sequences) {
        long rows = 2 * heads.queryBytes() + 2 * heads.scalarBytes(); // queries and dOut, lse and delta
        return overKeys(heads, sequences, heads.tiles().backwardKeys(), 3, rows, heads.queryBytes());
    }

    /**
     * Of a kernel whose blocks take queries and walk over key tiles of {@code tile} rows.
     *
     * @param products of a strip of queries by a key tile
     * @param rows bytes that blocks read of their own queries
     */
    private Cost overKeys(AttentionHeads heads, Sequences sequences, int tile, int products, long rows, long written) {
        var walk = walk(heads, sequences, tile);
        long tiles = heads.queryHeads() * (2 * walk.rows * heads.rowBytes() + 4 * walk.bounds); // keys and values
        return new Cost(
                new Traffic(rows + tiles, written),
                rows + 2 * heads.keyBytes() + written,
                heads.queryHeads() * operations(heads, walk.stripTiles, tile, products));
    }

    Cost backwardKeyValue(AttentionHeads heads, Sequences sequences) {
        var walk = walk(heads, sequences, 0);
        int shares = heads.tiles().shares(), keys = heads.tiles().keys(), tokens = heads.tokens();
        long ends = 0; // of a block's first and last key
        for (int first = 0; first < tokens; first += keys) ends += first == tokens - 1 ? 1 : 2;
        long ofKeyHead = 2L * tokens * heads.rowBytes() + 4 * ends;
        long ofQueryHead = walk.rows * (2 * heads.rowBytes() + 8) + 4 * walk.bounds;
        // Scores and their gradients over all columns, the gradients of keys and values over the share's.
        double products = 2 + 2.0 / shares;
        return new Cost(
                new Traffic(
                        (long) heads.keyHeads() * shares * (ofKeyHead + heads.group() * ofQueryHead),
                        2 * heads.keyBytes()),
                2 * heads.queryBytes() + 2 * heads.scalarBytes() + 4 * heads.keyBytes(),
                heads.queryHeads()
                        * shares
                        * products
                        * operations(heads, walk.stripTiles, heads.tiles().backwardQueries(), 1));
    }

    /** Floating-point operations of products of 16 rows by a tile of {@code columns} over the padded head size. */
    private static double operations(AttentionHeads heads, long stripTiles, int columns, int products) {
        return 2.0 * 16 * columns * heads.tiles().width() * products * stripTiles;
    }
}
