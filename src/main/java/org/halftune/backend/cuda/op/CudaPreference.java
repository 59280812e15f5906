package org.halftune.backend.cuda.op;

import org.halftune.backend.PairLoss;
import org.halftune.backend.PairTable;
import org.halftune.backend.Tensor;
import org.halftune.backend.cuda.launch.Cost;
import org.halftune.backend.cuda.launch.LaunchSink;

/** Launches of {@code preference.cu}: a block for each pair that the table has room for. */
final class CudaPreference {
    private static final int THREADS = 256;

    private final LaunchSink sink;

    CudaPreference(LaunchSink sink) {
        this.sink = sink;
    }

    void logProbs(Tensor pairs, Tensor losses) {
        long rows = losses.dim(0), most = PairTable.most(pairs);
        sink.kernel("pair_log_probs", most, 1, 1, THREADS, 0)
                .tensor(pairs)
                .tensor(losses)
                .run(_ -> Cost.ofMemory(4 * rows + 20 * most, 8 * most));
    }

    void losses(Tensor sums, Tensor weights, Tensor pairs, Tensor losses, PairLoss loss) {
        long rows = losses.dim(0), most = PairTable.most(pairs);
        sink.kernel("pair_losses", most, 1, 1, THREADS, 0)
                .tensor(pairs)
                .tensor(weights)
                .tensor(losses)
                .i32(code(loss.type()))
                .f32((float) loss.beta())
                .f32((float) loss.smoothing())
                .run(_ -> Cost.ofMemory(4 * rows + 28 * most, 4 * rows + 24 * most));
        sink.kernel("sum_pairs", 1, 1, 1, THREADS, 0)
                .tensor(sums)
                .tensor(pairs)
                .run(_ -> Cost.ofMemory(24 * most + 52, 48));
    }

    /** As {@code preference.cu} numbers the functions. */
    private static int code(PairLoss.Type type) {
        return switch (type) {
            case SIGMOID -> 0;
            case HINGE -> 1;
            case IPO -> 2;
            case ROBUST -> 3;
        };
    }
}
