package org.halftune.data;

import java.util.List;

/**
 * A row and its location.
 *
 * @param format the columns of its format, for display: {@code prompt, completion}
 * @param unused columns that are not used
 */
public record PlacedRow(Place place, Row row, String format, List<String> unused) {

    public PlacedRow(Place place, Row row) {
        this(place, row, "", List.of());
    }

    /** Another row from the same place. */
    PlacedRow with(Row other) {
        return new PlacedRow(place, other, format, unused);
    }

    PlacedRow(Place place, ParsedRow parsed) {
        this(place, parsed.row(), parsed.format().columns(), parsed.unused());
    }
}
