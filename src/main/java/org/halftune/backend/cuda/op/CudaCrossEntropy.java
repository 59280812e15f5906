package org.halftune.backend.cuda.op;

import java.util.Arrays;
import org.halftune.backend.Tensor;
import org.halftune.backend.cuda.launch.Cost;
import org.halftune.backend.cuda.launch.DeviceContents;
import org.halftune.backend.cuda.launch.Launch;
import org.halftune.backend.cuda.launch.LaunchSink;
import org.halftune.tensor.DType;

/**
 * Launches of {@code cross_entropy.cu}: logits [R,V], rows a stride apart, targets and losses [R].
 *
 * <p>Cost: a block takes a row; a row without a target is not read. The rows of all running blocks are more than any second-level
 * cache holds, so the gradient's pass reads from memory again.
 */
final class CudaCrossEntropy {
    private static final int MOST_THREADS = 512;
    private static final int SUM_THREADS = 1024;

    private final LaunchSink sink;

    CudaCrossEntropy(LaunchSink sink) {
        this.sink = sink;
    }

    void forward(Tensor losses, Tensor logits, Tensor targets) {
        long rows = logits.dim(0);
        launch(logits.dtype() == DType.F32 ? "cross_entropy_forward_f32" : "cross_entropy_forward_bf16", logits)
                .tensor(losses)
                .tensor(logits)
                .tensor(targets)
                .i32(rows)
                .i32(logits.dim(1))
                .i32(logits.rowStride())
                .run(contents -> {
                    // the target, the row, and its logit at the target once more
                    long size = logits.dtype().bytes(), row = size * logits.dim(1);
                    return Cost.ofMemory(4 * rows + labelled(contents, targets) * (row + size), 4 * rows);
                });
    }

    void forwardBackward(Tensor losses, Tensor logits, Tensor targets, Tensor weights) {
        long rows = logits.dim(0);
        launch("cross_entropy_forward_backward", logits)
                .tensor(losses)
                .tensor(logits)
                .tensor(targets)
                .tensor(weights)
                .i32(rows)
                .i32(logits.dim(1))
                .i32(logits.rowStride())
                .run(contents -> {
                    long row = 2 * logits.dim(1); // read twice, and the weight
                    return Cost.ofMemory(4 * rows + labelled(contents, targets) * (2 * row + 4), rows * (row + 4));
                });
    }

    private static long labelled(DeviceContents contents, Tensor targets) {
        return Arrays.stream(contents.of(targets)).filter(target -> target >= 0).count();
    }

    /** A block for each row. */
    private Launch launch(String kernel, Tensor logits) {
        int threads = RowBlocks.of(logits.dim(1), MOST_THREADS).threads();
        return sink.kernel(kernel, logits.dim(0), 1, 1, threads, 0);
    }

    void sumLosses(Tensor sum, Tensor losses) {
        long count = losses.dim(0);
        sink.kernel("sum_losses", 1, 1, 1, SUM_THREADS, 0)
                .tensor(sum)
                .tensor(losses)
                .i32(count)
                .run(_ -> Cost.ofMemory(4 * count + 8, 8));
    }
}
