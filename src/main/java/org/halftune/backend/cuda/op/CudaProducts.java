package org.halftune.backend.cuda.op;

import org.halftune.backend.Gradient;
import org.halftune.backend.Tensor;
import org.halftune.backend.cost.Work.Use;
import org.halftune.backend.cuda.launch.LaunchSink;

/**
 * The three products of a linear layer by cuBLAS.
 *
 * <p>Tensors are row-major, cuBLAS is column-major. The same memory read column by column is the transposed matrix, so
 * nothing is ever copied: to get C, cuBLAS is asked for Cᵀ, whose factors come in the opposite order. With X̂ for "the memory
 * of X, as cuBLAS reads it", which is Xᵀ:
 *
 * <pre>
 *   y  = x·Wᵀ    yᵀ  = W·xᵀ    ŷ  [O,T] = Ŵᵀ [O,I] · x̂  [I,T]
 *   dx = dy·W    dxᵀ = Wᵀ·dyᵀ  dx̂ [I,T] = Ŵ  [I,O] · dŷ [O,T]
 *   dW = dyᵀ·x   dWᵀ = xᵀ·dy   dŴ [I,O] = x̂  [I,T] · dŷᵀ [T,O]
 * </pre>
 *
 * <p>The leading dimension of X̂ is the number of elements between rows of X.
 */
final class CudaProducts {
    private final LaunchSink sink;

    CudaProducts(LaunchSink sink) {
        this.sink = sink;
    }

    /** {@code y = x·Wᵀ}: y [T,O] in bf16 or fp32, x [T,I], W [O,I]. */
    void forward(Tensor y, Tensor x, Tensor w) {
        if (x.dim(0) > 0) sink.multiply(Use.FORWARD, true, false, w, x, x.dim(1), false, y);
    }

    /** {@code dx = dy·W}: dx [T,I], dy [T,O], W [O,I]. */
    void backwardInput(Tensor dx, Tensor dy, Tensor w) {
        if (dy.dim(0) > 0) sink.multiply(Use.INPUT_GRADIENT, false, false, w, dy, dy.dim(1), false, dx);
    }

    /** {@code dW (+)= dyᵀ·x}: dW [O,I] in fp32, dy [T,O], x [T,I]. Without tokens it is 0. */
    void backwardWeight(Gradient dw, Tensor dy, Tensor x) {
        boolean accumulate = dw.accumulate();
        if (x.dim(0) > 0) {
            sink.multiply(Use.WEIGHT_GRADIENT, false, true, x, dy, x.dim(0), accumulate, dw.tensor());
        } else if (!accumulate) {
            sink.zero(dw.tensor());
        }
    }
}
