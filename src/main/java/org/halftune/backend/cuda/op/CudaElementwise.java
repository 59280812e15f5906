package org.halftune.backend.cuda.op;

import java.util.Arrays;
import org.halftune.backend.Tensor;
import org.halftune.backend.cuda.launch.Cost;
import org.halftune.backend.cuda.launch.LaunchSink;

/** Launches of {@code elementwise.cu}. Bound by memory: each operand passes once. */
final class CudaElementwise {
    private static final int THREADS = 256;
    private static final int ELEMENTS_OF_BLOCK = 8 * THREADS;

    private final LaunchSink sink;

    CudaElementwise(LaunchSink sink) {
        this.sink = sink;
    }

    /** {@code y = a + b}: dense, of the same number of elements. */
    void add(Tensor y, Tensor a, Tensor b) {
        long n = y.elements();
        sink.kernel("add", Math.ceilDiv(n, ELEMENTS_OF_BLOCK), 1, 1, THREADS, 0)
                .tensor(y)
                .tensor(a)
                .tensor(b)
                .i64(n)
                .run(_ -> Cost.ofMemory(4 * n, 2 * n));
    }

    void gatherRows(Tensor out, Tensor x, Tensor rows) {
        rows("gather_rows", out, x, rows, out, true);
    }

    void scatterRows(Tensor out, Tensor x, Tensor rows) {
        sink.zero(out);
        rows("scatter_rows", out, x, rows, x, false);
    }

    /**
     * @param some the tensor that has a row for each of {@code rows}
     * @param zeros whether a row that is not chosen is written as zeros, or not at all
     */
    private void rows(String kernel, Tensor out, Tensor x, Tensor rows, Tensor some, boolean zeros) {
        int width = RowBlocks.dense(some);
        var blocks = RowBlocks.of(width, THREADS);
        long grid = some.dim(0) * blocks.perRow();
        sink.kernel(kernel, grid, 1, 1, blocks.threads(), 0)
                .tensor(out)
                .tensor(x)
                .tensor(rows)
                .i32(some.dim(0))
                .i32(width)
                .run(contents -> {
                    long chosen = width
                            * Arrays.stream(contents.of(rows))
                                    .filter(row -> row >= 0)
                                    .count();
                    return Cost.ofMemory(2 * chosen + 4 * grid, 2 * (zeros ? some.elements() : chosen));
                });
    }
}
