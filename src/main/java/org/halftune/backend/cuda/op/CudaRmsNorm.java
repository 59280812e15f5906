package org.halftune.backend.cuda.op;

import org.halftune.backend.Gradient;
import org.halftune.backend.Tensor;
import org.halftune.backend.cuda.launch.Cost;
import org.halftune.backend.cuda.launch.Launch;
import org.halftune.backend.cuda.launch.LaunchSink;

/**
 * Launches of {@code rms_norm.cu}: x, y [T,H], w [H] in bf16, r [T] in fp32.
 *
 * <p>Cost: a block takes a row and reads the weights from a cache. It reads a row again that is longer than its registers hold.
 */
final class CudaRmsNorm {
    /** Elements of a row that a thread keeps in registers. */
    private static final int KEPT = 32;

    private static final int MOST_THREADS = 1024;

    /** Of the weight's gradient: threads of a block, tokens that a partial sum has at least, and floats of all of them. */
    private static final int PARTIAL_THREADS = 128, PARTIAL_TOKENS = 16, PARTIAL_FLOATS = 1 << 19;
    /** Of the sum of the partial sums: columns of a block, and its threads. */
    private static final int SUM_COLUMNS = 32, SUM_THREADS = 256;

    private final LaunchSink sink;
    private final DeviceScratch scratch;

    CudaRmsNorm(LaunchSink sink, DeviceScratch scratch) {
        this.sink = sink;
        this.scratch = scratch;
    }

    void forward(Tensor y, Tensor r, Tensor x, Tensor w, float epsilon) {
        long rows = x.dim(0);
        rows("rms_norm_forward", x)
                .tensor(y)
                .tensor(r)
                .tensor(x)
                .tensor(w)
                .i32(rows)
                .i32(x.dim(1))
                .f32(epsilon)
                .run(_ -> {
                    long row = bytes(x), again = isLong(x) ? row : 0;
                    return Cost.ofMemory(rows * (2 * row + again), rows * (row + 4), rows * (2 * row + again + 4));
                });
    }

    void forwardOfSum(Tensor sum, Tensor y, Tensor r, Tensor a, Tensor b, Tensor w, float epsilon) {
        long rows = sum.dim(0);
        rows("residual_rms_norm_forward", sum)
                .tensor(sum)
                .tensor(y)
                .tensor(r)
                .tensor(a)
                .tensor(b)
                .tensor(w)
                .i32(rows)
                .i32(sum.dim(1))
                .f32(epsilon)
                .run(_ -> {
                    long row = bytes(sum), again = isLong(sum) ? row : 0;
                    return Cost.ofMemory(rows * (3 * row + again), rows * (2 * row + 4), rows * (4 * row + again + 4));
                });
    }

    void recompute(Tensor y, Tensor r, Tensor x, Tensor w) {
        long rows = x.dim(0);
        rows("rms_norm_recompute", x)
                .tensor(y)
                .tensor(r)
                .tensor(x)
                .tensor(w)
                .i32(rows)
                .i32(x.dim(1))
                .run(_ -> {
                    long row = bytes(x);
                    return Cost.ofMemory(rows * (2 * row + 4), rows * row, rows * (2 * row + 4));
                });
    }

    void backwardAddInput(Tensor dx, Tensor dy, Tensor x, Tensor r, Tensor w) {
        long rows = x.dim(0);
        rows("rms_norm_backward_input", x)
                .tensor(dx)
                .tensor(dy)
                .tensor(x)
                .tensor(r)
                .tensor(w)
                .i32(rows)
                .i32(x.dim(1))
                .run(_ -> {
                    long row = bytes(x), again = isLong(x) ? 2 * row : 0;
                    // w before and after the sum; a block of one warp has no barrier between them
                    int weights = threads(RowBlocks.dense(x)) == RowBlocks.WARP ? 1 : 2;
                    return Cost.ofMemory(
                            rows * ((3 + weights) * row + again + 4), rows * row, rows * (4 * row + again + 4));
                });
    }

    /** A block for each row. */
    private Launch rows(String kernel, Tensor x) {
        return sink.kernel(kernel, x.dim(0), 1, 1, threads(RowBlocks.dense(x)), 0);
    }

    /** Threads of the block that takes a row of this width. */
    private static int threads(int width) {
        return Math.min(MOST_THREADS, RowBlocks.warps(Math.ceilDiv(width, KEPT)));
    }

    /** How many partial sums there are depends on the shape alone, not on the device: so does the order of adding. */
    void backwardWeight(Gradient dw, Tensor dy, Tensor x, Tensor r) {
        int tokens = Math.toIntExact(x.dim(0)), width = RowBlocks.dense(x);
        int parts = Math.max(1, Math.min(Math.ceilDiv(tokens, PARTIAL_TOKENS), PARTIAL_FLOATS / width));
        boolean accumulate = dw.accumulate();
        var partial = scratch.begin().floats(parts, width);
        var blocks = RowBlocks.of(width, PARTIAL_THREADS);
        sink.kernel("rms_norm_backward_weight_partial", blocks.perRow(), parts, 1, blocks.threads(), 0)
                .tensor(partial)
                .tensor(dy)
                .tensor(x)
                .tensor(r)
                .i32(tokens)
                .i32(width)
                .i32(parts)
                .run(_ -> {
                    long sums = 4L * parts * width;
                    return Cost.ofMemory(
                            tokens * (2 * bytes(x) + 4L * blocks.perRow()), sums, tokens * (2 * bytes(x) + 4) + sums);
                });
        sink.kernel("rms_norm_backward_weight_sum", Math.ceilDiv(width, SUM_COLUMNS), 1, 1, SUM_THREADS, 0)
                .tensor(dw.tensor())
                .tensor(partial)
                .i32(parts)
                .i32(width)
                .i32(accumulate ? 1 : 0)
                .run(_ -> Cost.ofMemory(4L * parts * width + (accumulate ? 4L * width : 0), 4L * width));
    }

    /** Whether a row is longer than its block's registers hold. */
    private static boolean isLong(Tensor x) {
        int width = RowBlocks.dense(x);
        return width > (long) threads(width) * KEPT;
    }

    /** Bytes of a row. */
    private static long bytes(Tensor x) {
        return 2 * x.dim(1);
    }
}
