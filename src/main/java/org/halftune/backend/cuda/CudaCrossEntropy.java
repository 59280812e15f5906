package org.halftune.backend.cuda;

import org.halftune.backend.Tensor;
import org.halftune.tensor.DType;
import org.jspecify.annotations.Nullable;

/** Launches of {@code cross_entropy.cu}: logits [R,V], rows a stride apart, targets and losses [R]. */
final class CudaCrossEntropy {
    private static final int MOST_THREADS = 512;
    private static final int SUM_THREADS = 1024;

    private final Kernels kernels;

    CudaCrossEntropy(Kernels kernels) {
        this.kernels = kernels;
    }

    void forward(Tensor losses, Tensor logits, Tensor targets) {
        launch(logits.dtype() == DType.F32 ? "cross_entropy_forward_f32" : "cross_entropy_forward_bf16", logits)
                .tensor(losses)
                .tensor(logits)
                .tensor(targets)
                .i32(logits.dim(0))
                .i32(logits.dim(1))
                .i32(logits.rowStride())
                .run();
    }

    void forwardBackward(Tensor losses, Tensor logits, Tensor targets, Tensor scale, @Nullable Tensor weights) {
        launch("cross_entropy_forward_backward", logits)
                .tensor(losses)
                .tensor(logits)
                .tensor(targets)
                .tensor(scale)
                .orNull(weights)
                .i32(logits.dim(0))
                .i32(logits.dim(1))
                .i32(logits.rowStride())
                .run();
    }

    /** A block for each row. */
    private Launch launch(String kernel, Tensor logits) {
        int threads = RowBlocks.of(logits.dim(1), MOST_THREADS).threads();
        return kernels.get(kernel).launch(logits.dim(0), 1, 1, threads, 0);
    }

    void sumLosses(Tensor sum, Tensor losses) {
        kernels.get("sum_losses")
                .launch(1, 1, 1, SUM_THREADS, 0)
                .tensor(sum)
                .tensor(losses)
                .i32(losses.dim(0))
                .run();
    }
}
