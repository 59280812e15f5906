package org.halftune.backend.cuda;

import java.util.List;
import org.halftune.backend.AdamWSegment;
import org.halftune.backend.Tensor;
import org.halftune.backend.UpdateTable;
import org.halftune.tensor.DType;

/** The launch of {@code adamw.cu}: one over all trainable tensors, a block a piece of the table. */
final class CudaAdamW {
    private static final int THREADS = 256;

    private final Kernels kernels;

    CudaAdamW(Kernels kernels) {
        this.kernels = kernels;
    }

    /** Clips by norm [1] and steps every segment with scalars [13]. */
    void step(UpdateTable table, Tensor scalars, Tensor norm) {
        if (table.segments().isEmpty()) return;
        kernels.get(kernel(table.segments()))
                .launch(table.pieces(), 1, 1, THREADS, 0)
                .tensor(table.words())
                .i32(table.segments().size())
                .tensor(scalars)
                .tensor(norm)
                .run();
    }

    /** One launch has one form of state. */
    static String kernel(List<AdamWSegment> segments) {
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
        if (segment.master() == null) return rounded ? "adamw_no_masters_bf16_moments" : "adamw_no_masters";
        return rounded ? "adamw_bf16_moments" : "adamw_f32";
    }
}
