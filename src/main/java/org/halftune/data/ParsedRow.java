package org.halftune.data;

import java.util.List;

/**
 * A row as its JSON object says it.
 *
 * @param unused columns that were not read, in the object's order
 */
record ParsedRow(Row row, RowForm form, List<String> unused) {}
