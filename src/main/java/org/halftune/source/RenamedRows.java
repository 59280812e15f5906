package org.halftune.source;

import org.jspecify.annotations.Nullable;

/** Rows with their columns renamed to standard names. */
final class RenamedRows implements RowSource {
    private final RowSource rows;
    private final DatasetColumns columns;

    RenamedRows(RowSource rows, DatasetColumns columns) {
        this.rows = rows;
        this.columns = columns;
    }

    @Override
    public @Nullable SourceRow next() {
        SourceRow row = rows.next();
        if (row == null) return null;
        return new SourceRow(row.file(), row.line(), row.row(), columns.apply(row.value()), row.size());
    }

    @Override
    public void close() {
        rows.close();
    }
}
