package org.halftune.backend.cuda;

import java.util.HashSet;
import org.halftune.backend.AdamWScalars;
import org.halftune.backend.AdamWSegment;
import org.halftune.backend.UpdateTable;

/** What the launches of {@link CudaGradientNorm} and {@link CudaAdamW} cost: a block a piece, which finds its row in the table. */
final class UpdateCosts {
    /** Fields of a row that the kernels read: three of eight bytes each, or all. */
    private static final long NORM_FIELDS = 24, UPDATE_FIELDS = 64;

    private static final long FIRST_PIECE = 8;

    private final CostNotes notes;

    UpdateCosts(CostNotes notes) {
        this.notes = notes;
    }

    void gradientNorm(UpdateTable table) {
        long pieces = table.pieces(), gradients = 4 * elements(table);
        notes.kernel(
                "gradient_norm_partial",
                pieces,
                gradients + search(table, NORM_FIELDS),
                8 * pieces,
                gradients + 8 * pieces);
        notes.kernel("gradient_norm_sum", 1, 8 * pieces, 4);
    }

    void adamW(UpdateTable table) {
        if (table.segments().isEmpty()) return;
        var form = table.segments().getFirst();
        boolean master = form.master() != null;
        int moments = 2 * form.firstMoment().dtype().bytes();
        long elements = elements(table);
        long read = elements * (4 + moments + (master ? 4 : 2)), written = elements * (moments + (master ? 6 : 2));
        long ofBlock = 4L * AdamWScalars.WORDS + 4;
        notes.kernel(
                CudaAdamW.kernel(table.segments()),
                table.pieces(),
                read + search(table, UPDATE_FIELDS) + ofBlock * table.pieces(),
                written,
                read + written);
    }

    private static long elements(UpdateTable table) {
        return table.segments().stream().mapToLong(UpdateCosts::elements).sum();
    }

    private static long elements(AdamWSegment segment) {
        return segment.weight().elements();
    }

    /** What all blocks read of the table: their own row's fields, and where other rows begin that the search passes. */
    private static long search(UpdateTable table, long fields) {
        var segments = table.segments();
        long bytes = 0;
        for (int wanted = 0; wanted < segments.size(); wanted++) {
            var seen = new HashSet<Integer>();
            int low = 0, high = segments.size();
            while (high - low > 1) {
                int middle = (low + high) / 2;
                seen.add(middle);
                if (middle <= wanted) low = middle;
                else high = middle;
            }
            seen.remove(wanted);
            bytes += Math.ceilDiv(elements(segments.get(wanted)), (long) UpdateTable.PIECE)
                    * (fields + FIRST_PIECE * seen.size());
        }
        return bytes;
    }
}
