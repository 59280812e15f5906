package org.halftune.backend.cuda.op;

import org.halftune.problem.InputError;

/**
 * The tiles of the attention kernels, and the shared memory that they need. These are the template arguments in {@code
 * attention_*.cu}; {@code SharedLayoutTest} compares them.
 *
 * @param width the head size that tiles are made for; the kernels' names end in it
 * @param queries a block's query rows in all kernels but attention_backward_key_value
 * @param forwardKeys a tile's keys in attention_forward, which holds three
 * @param backwardKeys a tile's keys in attention_backward_query, which holds two pairs
 * @param keys a block's key rows in attention_backward_key_value
 * @param backwardQueries a tile's queries there; it holds two pairs
 * @param shares how many blocks share the columns of a key tile's gradients
 */
public record AttentionTiles(
        int width, int queries, int forwardKeys, int backwardKeys, int keys, int backwardQueries, int shares) {
    private static final AttentionTiles NARROW = new AttentionTiles(64, 128, 64, 64, 128, 32, 1);
    private static final AttentionTiles MIDDLE = new AttentionTiles(128, 128, 64, 32, 64, 32, 1);
    private static final AttentionTiles WIDE = new AttentionTiles(256, 64, 32, 16, 64, 16, 2);

    /** For heads of this size. Throws {@link InputError} where there are no kernels for it. */
    public static AttentionTiles of(int headSize) {
        if (headSize % 8 != 0 || headSize > WIDE.width) {
            throw new InputError(
                    "attention on CUDA takes head sizes that are multiples of 8 up to " + WIDE.width + ", not "
                            + headSize,
                    "",
                    "use --device cpu");
        }
        return headSize <= NARROW.width ? NARROW : headSize <= MIDDLE.width ? MIDDLE : WIDE;
    }

    int forwardBytes() {
        return bytes(queries + 3 * forwardKeys);
    }

    int queryBytes() {
        return bytes(2 * queries + 4 * backwardKeys);
    }

    /** Tiles, and for each query of two tiles its lse and delta. */
    int keyValueBytes() {
        return bytes(2 * keys + 4 * backwardQueries) + 2 * backwardQueries * 2 * Float.BYTES;
    }

    private int bytes(int rows) {
        return rows * width * Short.BYTES;
    }
}
