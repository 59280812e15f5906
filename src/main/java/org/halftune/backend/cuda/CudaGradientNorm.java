package org.halftune.backend.cuda;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.halftune.backend.Gradient;
import org.halftune.backend.Tensor;

/** Launches of {@code gradient_norm.cu}: one over all gradients, cut into pieces, and one over the sums of the pieces. */
final class CudaGradientNorm {
    private static final int PIECE = 16_384;
    private static final int THREADS = 256, SUM_THREADS = 1024;

    /** Words of 8 bytes in {@code GradientSegment}. */
    private static final int SEGMENT_WORDS = 3;

    private final Kernels kernels;
    private final DeviceScratch scratch;
    private final DeviceTable segments;

    CudaGradientNorm(Kernels kernels, DeviceScratch scratch, DeviceTable segments) {
        this.kernels = kernels;
        this.scratch = scratch;
        this.segments = segments;
    }

    /** {@code norm = √Σ g²}: norm [1]. */
    void compute(Tensor norm, List<Gradient> gradients) {
        var table = new long[SEGMENT_WORDS * gradients.size()];
        int pieces = 0, word = 0;
        for (var gradient : gradients) {
            var tensor = gradient.tensor();
            table[word++] = tensor.memory().address();
            table[word++] = tensor.elements();
            table[word++] = pieces;
            pieces = Math.toIntExact(pieces + Math.ceilDiv(tensor.elements(), PIECE));
        }
        var partial = scratch.begin().floats(2L * pieces); // doubles
        kernels.get("gradient_norm_partial")
                .launch(pieces, 1, 1, THREADS, 0)
                .tensor(partial)
                .address(segments.of(MemorySegment.ofArray(table)))
                .i32(gradients.size())
                .run();
        kernels.get("gradient_norm_sum")
                .launch(1, 1, 1, SUM_THREADS, 0)
                .tensor(norm)
                .tensor(partial)
                .i32(pieces)
                .run();
    }
}
