package org.halftune.backend.cuda;

import org.halftune.backend.Tensor;

/** What the launches of {@link CudaRmsNorm} cost: a block a row, which reads the weights anew, from a cache. */
final class NormCosts {
    private final CostNotes notes;

    NormCosts(CostNotes notes) {
        this.notes = notes;
    }

    void forward(Tensor x) {
        long rows = x.dim(0), row = bytes(x);
        long again = isLong(x) ? row : 0;
        notes.kernel(
                "rms_norm_forward", rows, rows * (2 * row + again), rows * (row + 4), rows * (2 * row + again + 4));
    }

    void forwardOfSum(Tensor sum) {
        long rows = sum.dim(0), row = bytes(sum);
        long again = isLong(sum) ? row : 0;
        notes.kernel(
                "residual_rms_norm_forward",
                rows,
                rows * (3 * row + again),
                rows * (2 * row + 4),
                rows * (4 * row + again + 4));
    }

    void recompute(Tensor x) {
        long rows = x.dim(0), row = bytes(x);
        notes.kernel("rms_norm_recompute", rows, rows * (2 * row + 4), rows * row, rows * (2 * row + 4));
    }

    /** x, dy, dx, and w once before and once after the sum; a block of one warp has no barrier there. */
    void backwardAddInput(Tensor x) {
        long rows = x.dim(0), row = bytes(x);
        long again = isLong(x) ? 2 * row : 0;
        int weights = CudaRmsNorm.threads(width(x)) == RowBlocks.WARP ? 1 : 2;
        notes.kernel(
                "rms_norm_backward_input",
                rows,
                rows * ((3 + weights) * row + again + 4),
                rows * row,
                rows * (4 * row + again + 4));
    }

    void backwardWeight(boolean accumulate, Tensor x) {
        int tokens = Math.toIntExact(x.dim(0)), width = width(x);
        int parts = CudaRmsNorm.parts(tokens, width);
        long rows = tokens, partial = 4L * parts * width;
        var blocks = RowBlocks.of(width, CudaRmsNorm.PARTIAL_THREADS);
        notes.kernel(
                "rms_norm_backward_weight_partial",
                (long) blocks.perRow() * parts,
                rows * (2 * bytes(x) + 4L * blocks.perRow()),
                partial,
                rows * (2 * bytes(x) + 4) + partial);
        notes.kernel(
                "rms_norm_backward_weight_sum",
                Math.ceilDiv(width, CudaRmsNorm.SUM_COLUMNS),
                partial + (accumulate ? 4L * width : 0),
                4L * width);
    }

    /** Whether a row is more than its block's registers hold, and is read again. */
    private static boolean isLong(Tensor x) {
        return width(x) > (long) CudaRmsNorm.threads(width(x)) * CudaRmsNorm.KEPT;
    }

    private static int width(Tensor x) {
        return RowBlocks.dense(x);
    }

    private static long bytes(Tensor x) {
        return 2L * width(x);
    }
}
