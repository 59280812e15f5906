package org.halftune.data;

import java.nio.file.Path;

/**
 * Where a row stands, for messages.
 *
 * @param line the file's line on which it begins, from 1; 0 in files without lines (Parquet)
 * @param row its number among the file's rows, from 1
 */
public record Place(Path file, long line, long row) {

    /** {@code train.jsonl, line 12 (row 11)}; the row is left out where it equals the line; {@code train.parquet, row 11}. */
    @Override
    public String toString() {
        if (line == 0) return file + ", row " + row;
        return file + ", line " + line + (row == line ? "" : " (row " + row + ")");
    }

    /** The same with a field: {@code train.jsonl, line 12, field messages[0].role}. */
    String field(String name) {
        return this + ", field " + name;
    }
}
