package org.halftune.backend.cpu;

import org.halftune.backend.Gradient;
import org.halftune.backend.Tensor;

/**
 * The three products of a linear layer, cut into blocks of the result that workers fill independently.
 *
 * <p>T tokens, I inputs, O outputs; W [O,I], x [T,I], y [T,O]. All may have row strides.
 */
final class Products {
    /** Rows or columns of the result in one task: a few per thread, so that a disturbed thread delays little. */
    private static final int TASKS = 8;
    /** Shorter blocks than this cost more in packing the other operand than they bring. */
    private static final int GOOD_BLOCK = 96;

    /** From here on two short blocks are still better than an idle second thread. */
    private static final int SMALLEST_HALF = 32;

    /** OpenBLAS slows down by half when the summed dimension is a vocabulary; in pieces it does not. */
    private static final int LONGEST_SUM = 2048;

    private final OpenBlas blas;
    private final Workers workers;

    Products(OpenBlas blas, Workers workers) {
        this.blas = blas;
        this.workers = workers;
    }

    /** {@code y = x·Wᵀ}. */
    void forward(Tensor y, Tensor x, Tensor w) {
        int tokens = rows(x);
        multiply(false, true, tokens, rows(w), columns(w), x, w, 0, y);
    }

    /** {@code dx = dy·W}. */
    void backwardInput(Tensor dx, Tensor dy, Tensor w) {
        int tokens = rows(dy);
        multiply(false, false, tokens, columns(w), rows(w), dy, w, 0, dx);
    }

    /** {@code dW (+)= dyᵀ·x}. */
    void backwardWeight(Gradient dw, Tensor dy, Tensor x) {
        int tokens = rows(x);
        float beta = dw.accumulate() ? 1 : 0;
        multiply(true, false, columns(dy), columns(x), tokens, dy, x, beta, dw.tensor());
    }

    /** {@code C [m,n] = op(A) [m,k] · op(B) [k,n] + beta·C}, blocked along the longer side of C. */
    private void multiply(
            boolean transposeA, boolean transposeB, int m, int n, int k, Tensor a, Tensor b, float beta, Tensor c) {
        if (m == 0 || n == 0) return;
        int strideA = stride(a), strideB = stride(b), strideC = stride(c);
        boolean byRows = m >= n;
        int block = block(byRows ? m : n);
        workers.ranges(byRows ? m : n, block, (from, to) -> {
            int size = (int) (to - from);
            long fromA = byRows ? (transposeA ? from : from * strideA) : 0;
            long fromB = byRows ? 0 : (transposeB ? from * strideB : from);
            long fromC = byRows ? from * strideC : from;
            for (int s = 0; s < k; s += LONGEST_SUM) {
                long sumA = fromA + (transposeA ? (long) s * strideA : s);
                long sumB = fromB + (transposeB ? s : (long) s * strideB);
                blas.multiply(
                        transposeA,
                        transposeB,
                        byRows ? size : m,
                        byRows ? n : size,
                        Math.min(LONGEST_SUM, k - s),
                        1,
                        a.memory().asSlice(4 * sumA),
                        strideA,
                        b.memory().asSlice(4 * sumB),
                        strideB,
                        s == 0 ? beta : 1,
                        c.memory().asSlice(4 * fromC),
                        strideC);
            }
        });
    }

    /** Length of a block of {@code n} rows or columns: a multiple of 16, the same for any number of threads. */
    private static int block(int n) {
        int tasks = Math.clamp(n / GOOD_BLOCK, n >= SMALLEST_HALF ? 2 : 1, TASKS);
        if (tasks > 1) tasks -= tasks % 2;
        return (n + 16 * tasks - 1) / (16 * tasks) * 16;
    }

    private static int rows(Tensor x) {
        return (int) x.dim(0);
    }

    private static int columns(Tensor x) {
        return (int) x.dim(1);
    }

    private static int stride(Tensor x) {
        return (int) x.rowStride();
    }
}
