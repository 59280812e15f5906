package org.halftune.data;

import java.util.List;

/**
 * A row parsed from its JSON object.
 *
 * @param unused columns that are not used, in the object's order
 */
record ParsedRow(Row row, RowFormat format, List<String> unused) {}
