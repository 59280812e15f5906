package org.halftune.backend.cuda;

import org.halftune.backend.Tensor;
import org.halftune.backend.UpdateTable;

/** Launches of {@code gradient_norm.cu}: one over all gradients, a block a piece of the table, and one over the pieces' sums. */
final class CudaGradientNorm {
    private static final int THREADS = 256, SUM_THREADS = 1024;

    private final Kernels kernels;
    private final DeviceScratch scratch;

    CudaGradientNorm(Kernels kernels, DeviceScratch scratch) {
        this.kernels = kernels;
        this.scratch = scratch;
    }

    /** {@code norm = √Σ g²}: norm [1]. */
    void compute(Tensor norm, UpdateTable table) {
        int pieces = table.pieces();
        var partial = scratch.begin().floats(2L * pieces); // doubles
        kernels.get("gradient_norm_partial")
                .launch(pieces, 1, 1, THREADS, 0)
                .tensor(partial)
                .tensor(table.words())
                .i32(table.segments().size())
                .run();
        kernels.get("gradient_norm_sum")
                .launch(1, 1, 1, SUM_THREADS, 0)
                .tensor(norm)
                .tensor(partial)
                .i32(pieces)
                .run();
    }
}
