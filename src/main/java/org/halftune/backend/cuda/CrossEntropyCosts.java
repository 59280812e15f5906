package org.halftune.backend.cuda;

import java.util.Arrays;
import org.halftune.backend.Tensor;
import org.halftune.tensor.DType;

/**
 * What the launches of {@link CudaCrossEntropy} cost: a block a row; a row without a target is not read. The rows that all blocks
 * have under way are more than any second-level cache holds, so the gradient's pass comes from memory again.
 */
final class CrossEntropyCosts {
    private final CostNotes notes;
    private final DeviceContents contents;

    CrossEntropyCosts(CostNotes notes, DeviceContents contents) {
        this.notes = notes;
        this.contents = contents;
    }

    /** The target, the row, and once more its logit at the target. */
    void forward(Tensor logits, Tensor targets) {
        long rows = logits.dim(0), size = logits.dtype().bytes(), row = size * logits.dim(1);
        notes.kernel(
                logits.dtype() == DType.F32 ? "cross_entropy_forward_f32" : "cross_entropy_forward_bf16",
                rows,
                4 * rows + labelled(targets) * (row + size),
                4 * rows);
    }

    void forwardBackward(Tensor logits, Tensor targets, boolean weighted) {
        long rows = logits.dim(0), row = 2 * logits.dim(1);
        notes.kernel(
                "cross_entropy_forward_backward",
                rows,
                4 * rows + labelled(targets) * (2 * row + (weighted ? 8 : 4)),
                rows * (row + 4));
    }

    void sumLosses(Tensor losses) {
        notes.kernel("sum_losses", 1, 4 * losses.dim(0) + 8, 8);
    }

    private long labelled(Tensor targets) {
        return Arrays.stream(contents.of(targets)).filter(target -> target >= 0).count();
    }
}
