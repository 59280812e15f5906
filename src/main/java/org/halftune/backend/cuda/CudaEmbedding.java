package org.halftune.backend.cuda;

import org.halftune.backend.Gradient;
import org.halftune.backend.Tensor;

/** Launches of {@code embedding.cu}: rows looked up in a table, and gradients added to those rows. */
final class CudaEmbedding {
    static final int THREADS = 256;

    private final Kernels kernels;
    private final DeviceCopies copies;

    CudaEmbedding(Kernels kernels, DeviceCopies copies) {
        this.kernels = kernels;
        this.copies = copies;
    }

    /** out [T,H] = table [V,H] at ids [T]. */
    void forward(Tensor out, Tensor table, Tensor ids) {
        int width = RowBlocks.dense(out);
        var blocks = RowBlocks.of(width, THREADS);
        kernels.get("embedding_forward")
                .launch(out.dim(0) * blocks.perRow(), 1, 1, blocks.threads(), 0)
                .tensor(out)
                .tensor(table)
                .tensor(ids)
                .i32(out.dim(0))
                .i32(width)
                .run();
    }

    /** The kernel only adds, to the rows that occur: where it must overwrite, the others are zero. */
    void backward(Gradient dTable, Tensor dOut, Tensor ids, Tensor order) {
        if (!dTable.accumulate()) copies.zero(dTable.tensor());
        int width = RowBlocks.dense(dOut);
        var blocks = RowBlocks.of(width, THREADS);
        kernels.get("embedding_backward")
                .launch(dOut.dim(0), blocks.perRow(), 1, blocks.threads(), 0)
                .tensor(dTable.tensor())
                .tensor(dOut)
                .tensor(ids)
                .tensor(order)
                .i32(dOut.dim(0))
                .i32(width)
                .run();
    }
}
