package org.halftune.data;

import java.util.List;

/**
 * A row and where it stands.
 *
 * @param form the columns it was read from, {@code messages}; for people
 * @param unused its columns that were not read
 */
public record PlacedRow(Place place, Row row, String form, List<String> unused) {

    public PlacedRow(Place place, Row row) {
        this(place, row, "", List.of());
    }

    PlacedRow(Place place, ParsedRow parsed) {
        this(place, parsed.row(), parsed.form().columns(), parsed.unused());
    }
}
