package org.halftune.data;

import java.util.List;

/**
 * A row and its location.
 *
 * @param form the columns of its form, for display: {@code prompt, completion}
 * @param unused columns that are not used
 */
public record PlacedRow(Place place, Row row, String form, List<String> unused) {

    public PlacedRow(Place place, Row row) {
        this(place, row, "", List.of());
    }

    PlacedRow(Place place, ParsedRow parsed) {
        this(place, parsed.row(), parsed.form().columns(), parsed.unused());
    }
}
