package org.halftune.backend.cuda;

import org.halftune.backend.Tensor;

/** Launches of {@code rope.cu}: x [T,heads·D], positions [T], cos and sin [P,D/2]. */
final class CudaRope {
    private static final int MOST_THREADS = 256;
    private static final int PAIRS_OF_THREAD = 8;

    private final Kernels kernels;

    CudaRope(Kernels kernels) {
        this.kernels = kernels;
    }

    /** @param direction 1 for the rotation, −1 for its inverse, which is also its transpose */
    void rotate(Tensor x, Tensor positions, Tensor cos, Tensor sin, float direction) {
        int half = RowBlocks.dense(cos);
        long heads = x.dim(1) / (2L * half);
        int threads = Math.min(MOST_THREADS, RowBlocks.warps(heads * Math.ceilDiv(half, PAIRS_OF_THREAD)));
        kernels.get("rope")
                .launch(x.dim(0), 1, 1, threads, 0)
                .tensor(x)
                .tensor(positions)
                .tensor(cos)
                .tensor(sin)
                .i32(x.dim(0))
                .i32(heads)
                .i32(2 * half)
                .i32(x.rowStride())
                .f32(direction)
                .run();
    }
}
