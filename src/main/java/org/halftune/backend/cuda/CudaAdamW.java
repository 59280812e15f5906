package org.halftune.backend.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.halftune.backend.AdamWSegment;
import org.halftune.backend.AdamWStep;
import org.halftune.backend.Tensor;
import org.halftune.tensor.DType;

/**
 * The launch of {@code adamw.cu}: one over all trainable tensors, cut into pieces. Where they lie is a table on the device
 * that changes once a round; what a step is made with changes every step.
 */
final class CudaAdamW {
    private static final int PIECE = 8192;
    private static final int THREADS = 256;

    /** Words of 8 bytes in {@code AdamWSegment}, and bytes of {@code AdamWScalars}. */
    private static final int SEGMENT_WORDS = 8, SCALARS_BYTES = 48;

    private final Kernels kernels;
    private final DeviceTable segmentTable;
    private final DeviceTable scalarTable;

    CudaAdamW(Kernels kernels, DeviceTable segmentTable, DeviceTable scalarTable) {
        this.kernels = kernels;
        this.segmentTable = segmentTable;
        this.scalarTable = scalarTable;
    }

    /** Clips by norm [1] and steps every segment. */
    void step(List<AdamWSegment> segments, AdamWStep step, Tensor norm) {
        if (segments.isEmpty()) return;
        var table = new long[SEGMENT_WORDS * segments.size()];
        int pieces = 0, word = 0;
        for (int i = 0; i < segments.size(); i++) {
            var segment = segments.get(i);
            var master = segment.master();
            long size = segment.weight().elements();
            table[word++] = segment.weight().memory().address();
            table[word++] = master == null ? 0 : master.memory().address();
            table[word++] = segment.gradient().tensor().memory().address();
            table[word++] = segment.firstMoment().memory().address();
            table[word++] = segment.secondMoment().memory().address();
            table[word++] = size;
            table[word++] = pieces;
            table[word++] = (segment.decayed() ? 1 : 0) | (long) i << 32; // two ints
            pieces = Math.toIntExact(pieces + Math.ceilDiv(size, PIECE));
        }
        kernels.get(kernel(segments))
                .launch(pieces, 1, 1, THREADS, 0)
                .address(segmentTable.of(MemorySegment.ofArray(table)))
                .i32(segments.size())
                .address(scalarTable.of(scalars(step)))
                .tensor(norm)
                .run();
    }

    /** {@code AdamWScalars}. */
    private static MemorySegment scalars(AdamWStep step) {
        var values = new float[] {
            (float) step.beta1(),
            (float) (1 - step.beta1()),
            (float) step.beta2(),
            (float) (1 - step.beta2()),
            (float) (step.learningRate() / (1 - Math.pow(step.beta1(), step.step()))),
            (float) (1 / Math.sqrt(1 - Math.pow(step.beta2(), step.step()))),
            (float) step.epsilon(),
            (float) (step.learningRate() * step.weightDecay()),
            (float) step.maxGradientNorm()
        };
        var words = new int[] {(int) step.seed(), (int) (step.seed() >>> 32), step.step()};
        var scalars = MemorySegment.ofArray(new int[SCALARS_BYTES / Integer.BYTES]);
        MemorySegment.copy(values, 0, scalars, ValueLayout.JAVA_FLOAT, 0, values.length);
        MemorySegment.copy(words, 0, scalars, ValueLayout.JAVA_INT, (long) values.length * Float.BYTES, words.length);
        return scalars;
    }

    /** One launch has one form of state. */
    private static String kernel(List<AdamWSegment> segments) {
        String kernel = kernel(segments.getFirst());
        for (var segment : segments) {
            if (!kernel(segment).equals(kernel)) {
                throw new IllegalArgumentException("segments for " + kernel + " and for " + kernel(segment));
            }
        }
        return kernel;
    }

    private static String kernel(AdamWSegment segment) {
        if (segment.weight().dtype() != DType.BF16) {
            throw new IllegalArgumentException("weights are " + segment.weight().dtype() + ", needed is BF16");
        }
        boolean rounded = segment.firstMoment().dtype() == DType.BF16;
        if (segment.master() == null) return rounded ? "adamw_stochastic_bf16_moments" : "adamw_stochastic";
        return rounded ? "adamw_bf16_moments" : "adamw_f32";
    }
}
