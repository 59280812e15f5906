package org.halftune.backend.cuda.op;

import org.halftune.backend.Tensor;
import org.halftune.backend.UpdateTable;
import org.halftune.backend.cuda.launch.Cost;
import org.halftune.backend.cuda.launch.LaunchSink;

/** Launches of {@code gradient_norm.cu}: one over all gradients, a block a piece of the table, and one over the pieces' sums. */
final class CudaGradientNorm {
    private static final int THREADS = 256, SUM_THREADS = 1024;

    /** Bytes that a block reads of the table row of its segment: gradient, elements, first piece. */
    private static final long ROW_BYTES = 24;

    private final LaunchSink sink;
    private final DeviceScratch scratch;

    CudaGradientNorm(LaunchSink sink, DeviceScratch scratch) {
        this.sink = sink;
        this.scratch = scratch;
    }

    /** {@code norm = √Σ g²}: norm [1]. */
    void compute(Tensor norm, UpdateTable table) {
        int pieces = table.pieces();
        var partial = scratch.begin().floats(2L * pieces);
        sink.kernel("gradient_norm_partial", pieces, 1, 1, THREADS, 0)
                .tensor(partial)
                .tensor(table.words())
                .i32(table.segments().size())
                .run(_ -> {
                    long sums = 8L * pieces; // doubles
                    long gradients = 4 * TableSearch.elements(table);
                    return Cost.ofMemory(gradients + TableSearch.bytes(table, ROW_BYTES), sums, gradients + sums);
                });
        sink.kernel("gradient_norm_sum", 1, 1, 1, SUM_THREADS, 0)
                .tensor(norm)
                .tensor(partial)
                .i32(pieces)
                .run(_ -> Cost.ofMemory(8L * pieces, 4));
    }
}
