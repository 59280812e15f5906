package org.halftune.data;

import java.nio.file.Path;

/**
 * The location of a row, for error messages.
 *
 * @param line the line on which the row starts, from 1; 0 in files without lines (Parquet)
 * @param row number of the row in the file, from 1
 */
public record Place(Path file, long line, long row) {

    /**
     * {@code train.jsonl, line 12 (row 11)}, without the row if it equals the line; or {@code train.parquet, row 11}.
     */
    @Override
    public String toString() {
        if (line == 0) return file + ", row " + row;
        return file + ", line " + line + (row == line ? "" : " (row " + row + ")");
    }

    /** With a field: {@code train.jsonl, line 12, field messages[0].role}. */
    String field(String name) {
        return this + ", field " + name;
    }
}
