package org.halftune.backend.cuda;

import org.halftune.backend.Tensor;

/** Launches of {@code elementwise.cu}. */
final class CudaElementwise {
    static final int THREADS = 256;
    static final int ELEMENTS_OF_BLOCK = 8 * THREADS;

    private final Kernels kernels;
    private final DeviceCopies copies;

    CudaElementwise(Kernels kernels, DeviceCopies copies) {
        this.kernels = kernels;
        this.copies = copies;
    }

    /** {@code y = a + b}: dense, of the same number of elements. */
    void add(Tensor y, Tensor a, Tensor b) {
        kernels.get("add")
                .launch(Math.ceilDiv(y.elements(), ELEMENTS_OF_BLOCK), 1, 1, THREADS, 0)
                .tensor(y)
                .tensor(a)
                .tensor(b)
                .i64(y.elements())
                .run();
    }

    void gatherRows(Tensor out, Tensor x, Tensor rows) {
        rows("gather_rows", out, x, rows, out);
    }

    void scatterRows(Tensor out, Tensor x, Tensor rows) {
        copies.zero(out);
        rows("scatter_rows", out, x, rows, x);
    }

    /** @param some the tensor that has a row for each of {@code rows} */
    private void rows(String kernel, Tensor out, Tensor x, Tensor rows, Tensor some) {
        int width = RowBlocks.dense(some);
        var blocks = RowBlocks.of(width, THREADS);
        kernels.get(kernel)
                .launch(some.dim(0) * blocks.perRow(), 1, 1, blocks.threads(), 0)
                .tensor(out)
                .tensor(x)
                .tensor(rows)
                .i32(some.dim(0))
                .i32(width)
                .run();
    }
}
