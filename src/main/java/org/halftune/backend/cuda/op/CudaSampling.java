package org.halftune.backend.cuda.op;

import org.halftune.backend.Tensor;
import org.halftune.backend.cost.Traffic;
import org.halftune.backend.cuda.launch.Cost;
import org.halftune.backend.cuda.launch.LaunchSink;

/** The launch of {@code sampling.cu}: ids, uniforms [S], logits [S,V] in fp32, rows a stride apart. */
final class CudaSampling {
    private static final int THREADS = 1024;
    /** A float a thread for each value of four bits. */
    private static final int SHARED_BYTES = 16 * THREADS * Float.BYTES;

    private static final int DIGIT_BITS = 4, LOGIT_BITS = 32;

    private final LaunchSink sink;

    CudaSampling(LaunchSink sink) {
        this.sink = sink;
    }

    /** A block for each row. Infinite temperature would make −∞ a logit like any other. */
    void sample(Tensor ids, Tensor logits, Tensor uniforms, double temperature, double topP) {
        long rows = logits.dim(0);
        sink.kernel("sample", rows, 1, 1, THREADS, SHARED_BYTES)
                .tensor(ids)
                .tensor(logits)
                .tensor(uniforms)
                .i32(rows)
                .i32(logits.dim(1))
                .i32(logits.rowStride())
                .f32((float) Math.min(temperature, Float.MAX_VALUE))
                .f32((float) topP)
                .run(_ -> {
                    long row = 4 * logits.dim(1), drawn = temperature > 0 ? 8 : 0; // the uniform and the largest logit
                    long read = passes(logits.dim(1), temperature, topP) * row + drawn;
                    return new Cost(new Traffic(rows * read, 4 * rows), rows * (row + 8), 0);
                });
    }

    /**
     * Passes over a row of logits, of which the first reads from memory and the others from a cache. One finds the largest. A draw
     * takes one for the sum and one for every four bits of the key that it looks for: the id, and before it a logit where there is
     * a nucleus to find.
     */
    private static long passes(long classes, double temperature, double topP) {
        if (temperature == 0) return 1;
        int idBits = DIGIT_BITS;
        while (classes > 1L << idBits) idBits += DIGIT_BITS;
        return topP >= 1 ? 2 + idBits / DIGIT_BITS : 2 + 2L * (LOGIT_BITS + idBits) / DIGIT_BITS;
    }
}
