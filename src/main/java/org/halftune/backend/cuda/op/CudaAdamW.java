package org.halftune.backend.cuda.op;

import java.util.List;
import org.halftune.backend.AdamWScalars;
import org.halftune.backend.AdamWSegment;
import org.halftune.backend.Tensor;
import org.halftune.backend.UpdateTable;
import org.halftune.backend.cuda.launch.Cost;
import org.halftune.backend.cuda.launch.LaunchSink;
import org.halftune.tensor.DType;

/** The launch of {@code adamw.cu}: one over all trainable tensors, a block a piece of the table. */
final class CudaAdamW {
    private static final int THREADS = 256;

    /** Bytes that a block reads of the table row of its segment: all of them. */
    private static final long ROW_BYTES = 64;

    private final LaunchSink sink;

    CudaAdamW(LaunchSink sink) {
        this.sink = sink;
    }

    /** Clips by norm [1] and steps every segment with scalars [13]. */
    void step(UpdateTable table, Tensor scalars, Tensor norm) {
        if (table.segments().isEmpty()) return;
        sink.kernel(kernel(table.segments()), table.pieces(), 1, 1, THREADS, 0)
                .tensor(table.words())
                .i32(table.segments().size())
                .tensor(scalars)
                .tensor(norm)
                .run(_ -> cost(table));
    }

    private static Cost cost(UpdateTable table) {
        var form = table.segments().getFirst();
        boolean master = form.master() != null;
        long elements = TableSearch.elements(table),
                moments = 2L * form.firstMoment().dtype().bytes();
        long read = elements * (4 + moments + (master ? 4 : 2)), written = elements * (moments + (master ? 6 : 2));
        long ofBlock = 4L * AdamWScalars.WORDS + 4; // scalars and norm
        return Cost.ofMemory(
                read + TableSearch.bytes(table, ROW_BYTES) + ofBlock * table.pieces(), written, read + written);
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
        if (segment.master() == null) return rounded ? "adamw_no_masters_bf16_moments" : "adamw_no_masters";
        return rounded ? "adamw_bf16_moments" : "adamw_f32";
    }
}
