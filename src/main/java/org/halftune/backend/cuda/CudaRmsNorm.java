package org.halftune.backend.cuda;

import org.halftune.backend.Gradient;
import org.halftune.backend.Tensor;

/** Launches of {@code rms_norm.cu}: x, y [T,H], w [H] in bf16, r [T] in fp32. */
final class CudaRmsNorm {
    /** Elements of a row that a thread keeps in registers. */
    static final int KEPT = 32;

    private static final int MOST_THREADS = 1024;

    /** Of the weight's gradient: threads of a block, tokens that a partial sum has at least, and floats of all of them. */
    static final int PARTIAL_THREADS = 128, PARTIAL_TOKENS = 16, PARTIAL_FLOATS = 1 << 19;
    /** Of the sum of the partial sums: columns of a block, and its threads. */
    static final int SUM_COLUMNS = 32, SUM_THREADS = 256;

    private final Kernels kernels;
    private final DeviceScratch scratch;

    CudaRmsNorm(Kernels kernels, DeviceScratch scratch) {
        this.kernels = kernels;
        this.scratch = scratch;
    }

    void forward(Tensor y, Tensor r, Tensor x, Tensor w, float epsilon) {
        rows("rms_norm_forward", x)
                .tensor(y)
                .tensor(r)
                .tensor(x)
                .tensor(w)
                .i32(x.dim(0))
                .i32(x.dim(1))
                .f32(epsilon)
                .run();
    }

    void forwardOfSum(Tensor sum, Tensor y, Tensor r, Tensor a, Tensor b, Tensor w, float epsilon) {
        rows("residual_rms_norm_forward", sum)
                .tensor(sum)
                .tensor(y)
                .tensor(r)
                .tensor(a)
                .tensor(b)
                .tensor(w)
                .i32(sum.dim(0))
                .i32(sum.dim(1))
                .f32(epsilon)
                .run();
    }

    void recompute(Tensor y, Tensor r, Tensor x, Tensor w) {
        rows("rms_norm_recompute", x)
                .tensor(y)
                .tensor(r)
                .tensor(x)
                .tensor(w)
                .i32(x.dim(0))
                .i32(x.dim(1))
                .run();
    }

    void backwardAddInput(Tensor dx, Tensor dy, Tensor x, Tensor r, Tensor w) {
        rows("rms_norm_backward_input", x)
                .tensor(dx)
                .tensor(dy)
                .tensor(x)
                .tensor(r)
                .tensor(w)
                .i32(x.dim(0))
                .i32(x.dim(1))
                .run();
    }

    /** A block for each row. */
    private Launch rows(String kernel, Tensor x) {
        return kernels.get(kernel).launch(x.dim(0), 1, 1, threads(RowBlocks.dense(x)), 0);
    }

    /** Of the block that takes a row of this width. */
    static int threads(int width) {
        return Math.min(MOST_THREADS, RowBlocks.warps(Math.ceilDiv(width, KEPT)));
    }

    /** How many partial sums a weight's gradient has. */
    static int parts(int tokens, int width) {
        return Math.max(1, Math.min(Math.ceilDiv(tokens, PARTIAL_TOKENS), PARTIAL_FLOATS / width));
    }

    /** How many partial sums there are depends on the shape alone, not on the device: so does the order of adding. */
    void backwardWeight(Gradient dw, Tensor dy, Tensor x, Tensor r) {
        int tokens = Math.toIntExact(x.dim(0)), width = RowBlocks.dense(x);
        int parts = parts(tokens, width);
        var partial = scratch.begin().floats(parts, width);
        var blocks = RowBlocks.of(width, PARTIAL_THREADS);
        kernels.get("rms_norm_backward_weight_partial")
                .launch(blocks.perRow(), parts, 1, blocks.threads(), 0)
                .tensor(partial)
                .tensor(dy)
                .tensor(x)
                .tensor(r)
                .i32(tokens)
                .i32(width)
                .i32(parts)
                .run();
        kernels.get("rms_norm_backward_weight_sum")
                .launch(Math.ceilDiv(width, SUM_COLUMNS), 1, 1, SUM_THREADS, 0)
                .tensor(dw.tensor())
                .tensor(partial)
                .i32(parts)
                .i32(width)
                .i32(dw.accumulate() ? 1 : 0)
                .run();
    }
}
