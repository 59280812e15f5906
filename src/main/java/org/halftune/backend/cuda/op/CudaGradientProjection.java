package org.halftune.backend.cuda.op;

import org.halftune.backend.Tensor;
import org.halftune.backend.cuda.launch.Cost;
import org.halftune.backend.cuda.launch.LaunchSink;

/** Launches of {@code gradient_projection.cu}: dot products of gradients in tiles of 4×4, and sums of gradients. */
final class CudaGradientProjection {
    private static final int THREADS = 256;
    /** Gradients in a row or column of a tile. */
    private static final int TILE = 4;
    /** Elements of a block, or a multiple of it. */
    private static final long PIECE = 8192;
    /** Parts into which the elements are cut at most: blocks enough for any device, and few sums. */
    private static final long MOST_PARTS = 4096;

    private final LaunchSink sink;
    private final DeviceScratch scratch;

    CudaGradientProjection(LaunchSink sink, DeviceScratch scratch) {
        this.sink = sink;
        this.scratch = scratch;
    }

    /** See {@link org.halftune.backend.Ops#gradientProducts}. */
    void products(Tensor products, Tensor gradient, Tensor memories) {
        long n = gradient.elements();
        int gradients = Math.toIntExact(memories.dim(0)) + 1;
        int rows = Math.ceilDiv(gradients, TILE), tiles = rows * (rows + 1) / 2;
        long sumsOfTile = TILE * TILE * (long) Double.BYTES;
        long most = Math.clamp(scratch.bytes() / (tiles * sumsOfTile), 1, MOST_PARTS);
        long part = Math.ceilDiv(Math.ceilDiv(n, PIECE), most) * PIECE; // elements
        int parts = Math.toIntExact(Math.ceilDiv(n, part));
        var partial = scratch.begin().floats(2L * tiles * TILE * TILE * parts); // doubles
        sink.kernel("gradient_products_partial", (long) tiles * parts, 1, 1, THREADS, 0)
                .tensor(partial)
                .tensor(gradient)
                .tensor(memories)
                .i64(n)
                .i64(memories.rowStride())
                .i64(part)
                .i32(gradients)
                .i32(tiles)
                .run(_ -> {
                    long asked = Float.BYTES * n * operands(gradients, rows), sums = sumsOfTile * tiles * parts;
                    return Cost.ofMemory(asked, sums, Float.BYTES * n * gradients + sums);
                });
        int pairs = Math.toIntExact(products.dim(0));
        sink.kernel("gradient_products_sum", pairs, 1, 1, THREADS, 0)
                .tensor(products)
                .tensor(partial)
                .i32(parts)
                .i32(tiles)
                .run(_ -> Cost.ofMemory(
                        (long) Double.BYTES * pairs * parts, (long) Double.BYTES * pairs, sumsOfTile * tiles * parts));
    }

    /** How many gradients all tiles read: a tile of the diagonal has its rows' alone. */
    private static long operands(int gradients, int rows) {
        long count = 0;
        for (int i = 0; i < rows; i++) {
            count += (i + 1L) * height(gradients, i);
            for (int j = 0; j < i; j++) count += height(gradients, j);
        }
        return count;
    }

    private static int height(int gradients, int row) {
        return Math.min(TILE, gradients - row * TILE);
    }

    /** See {@link org.halftune.backend.Ops#addGradients}. Its cost is that of coefficients of which none is 0. */
    void add(Tensor gradient, Tensor memories, Tensor coefficients) {
        long n = gradient.elements();
        int count = Math.toIntExact(memories.dim(0));
        long blocks = Math.ceilDiv(n, PIECE);
        sink.kernel("gradient_add", blocks, 1, 1, THREADS, 0)
                .tensor(gradient)
                .tensor(memories)
                .tensor(coefficients)
                .i64(n)
                .i64(memories.rowStride())
                .i32(count)
                .run(_ -> {
                    long written = Float.BYTES * n, read = written * (count + 1);
                    return Cost.ofMemory(read + (long) Float.BYTES * count * blocks, written, read + written);
                });
    }
}
