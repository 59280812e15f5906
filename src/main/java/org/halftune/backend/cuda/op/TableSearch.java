package org.halftune.backend.cuda.op;

import java.util.HashSet;
import java.util.Set;
import org.halftune.backend.AdamWSegment;
import org.halftune.backend.UpdateTable;

/**
 * What it costs blocks to find their row of a table by bisection. In an update each block has one piece, and searches the
 * {@link UpdateTable} for its segment ({@code update.cuh}).
 */
final class TableSearch {
    /** Bytes of the field that the search compares: the number of a row's first piece. */
    private static final long FIRST_PIECE = 8;

    private TableSearch() {}

    /** Bytes that all blocks read of the table: {@code fields} of their own row, and the first piece of each row on the way. */
    static long bytes(UpdateTable table, long fields) {
        var segments = table.segments();
        long bytes = 0;
        for (int wanted = 0; wanted < segments.size(); wanted++) {
            var seen = compared(segments.size(), wanted);
            seen.remove(wanted);
            long pieces = Math.ceilDiv(elements(segments.get(wanted)), (long) UpdateTable.PIECE);
            bytes += pieces * (fields + FIRST_PIECE * seen.size());
        }
        return bytes;
    }

    /** The rows of a table of {@code rows} that the search for row {@code wanted} compares with. */
    static Set<Integer> compared(int rows, int wanted) {
        var seen = new HashSet<Integer>();
        int low = 0, high = rows;
        while (high - low > 1) {
            int middle = (low + high) / 2;
            seen.add(middle);
            if (middle <= wanted) low = middle;
            else high = middle;
        }
        return seen;
    }

    /** Elements of all segments. */
    static long elements(UpdateTable table) {
        return table.segments().stream().mapToLong(TableSearch::elements).sum();
    }

    private static long elements(AdamWSegment segment) {
        return segment.weight().elements();
    }
}
