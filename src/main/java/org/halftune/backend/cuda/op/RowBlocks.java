package org.halftune.backend.cuda.op;

import org.halftune.backend.Tensor;

/**
 * How the threads of a kernel share out rows of a matrix: eight elements a thread, which are 16 bytes of bf16, and as many
 * blocks side by side as a row needs ({@code eight_of} in {@code cudev.cuh}).
 *
 * @param threads of a block, whole warps
 * @param perRow blocks
 */
record RowBlocks(int threads, int perRow) {
    static final int WARP = 32;
    private static final int ELEMENTS_OF_THREAD = 8;

    /** @param mostThreads of a block, which a short row does not need */
    static RowBlocks of(long width, int mostThreads) {
        int threads = Math.min(mostThreads, warps(Math.ceilDiv(width, ELEMENTS_OF_THREAD)));
        return new RowBlocks(threads, Math.toIntExact(Math.ceilDiv(width, (long) threads * ELEMENTS_OF_THREAD)));
    }

    /** {@code threads} rounded up to whole warps, at least one. */
    static int warps(long threads) {
        return Math.toIntExact(Math.max(1, Math.ceilDiv(threads, WARP)) * WARP);
    }

    /** The width of a matrix, whose rows must lie one right after another. */
    static int dense(Tensor x) {
        long width = x.dim(1);
        if (x.rowStride() != width && x.dim(0) > 1) {
            throw new IllegalArgumentException("rows of " + x.shape() + " lie " + x.rowStride() + " elements apart");
        }
        return Math.toIntExact(width);
    }
}
