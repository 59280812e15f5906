package org.halftune.backend.cuda;

import org.halftune.backend.Gradient;
import org.halftune.backend.Tensor;
import org.halftune.tensor.DType;

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
    private final Cublas cublas;
    private final CudaContext context;
    private final DeviceCopies copies;

    CudaProducts(Cublas cublas, CudaContext context, DeviceCopies copies) {
        this.cublas = cublas;
        this.context = context;
        this.copies = copies;
    }

    /** {@code y = x·Wᵀ}: y [T,O] in bf16 or fp32, x [T,I], W [O,I]. */
    void forward(Tensor y, Tensor x, Tensor w) {
        if (rows(x) == 0) return;
        context.attach();
        cublas.multiply(true, false, columns(y), rows(y), columns(x), matrix(w), matrix(x), 0, matrix(y));
    }

    /** {@code dx = dy·W}: dx [T,I], dy [T,O], W [O,I]. */
    void backwardInput(Tensor dx, Tensor dy, Tensor w) {
        if (rows(dy) == 0) return;
        context.attach();
        cublas.multiply(false, false, columns(dx), rows(dx), columns(dy), matrix(w), matrix(dy), 0, matrix(dx));
    }

    /** {@code dW (+)= dyᵀ·x}: dW [O,I] in fp32, dy [T,O], x [T,I]. */
    void backwardWeight(Gradient dw, Tensor dy, Tensor x) {
        boolean accumulate = dw.accumulate();
        var target = dw.tensor();
        if (rows(x) == 0) {
            if (!accumulate) copies.zero(target); // a sum of nothing
            return;
        }
        context.attach();
        cublas.multiply(
                false,
                true,
                columns(target),
                rows(target),
                rows(x),
                matrix(x),
                matrix(dy),
                accumulate ? 1 : 0,
                matrix(target));
    }

    private static Cublas.Matrix matrix(Tensor x) {
        return new Cublas.Matrix(x.memory().address(), type(x.dtype()), Math.toIntExact(x.rowStride()));
    }

    private static int type(DType dtype) {
        return switch (dtype) {
            case BF16 -> Cublas.R_16BF;
            case F32 -> Cublas.R_32F;
            case F16, I32 -> throw new IllegalArgumentException("no products of " + dtype);
        };
    }

    private static int rows(Tensor x) {
        return Math.toIntExact(x.dim(0));
    }

    private static int columns(Tensor x) {
        return Math.toIntExact(x.dim(1));
    }
}
