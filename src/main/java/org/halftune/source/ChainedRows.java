package org.halftune.source;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of several files in order. One file is open at a time. */
final class ChainedRows implements RowSource {
    private final Iterator<Path> files;
    private final List<String> columns;
    private @Nullable RowSource current;

    /** @param columns see {@link DataFile#open(Path, List)} */
    ChainedRows(List<Path> files, List<String> columns) {
        this.files = files.iterator();
        this.columns = columns;
    }

    @Override
    public @Nullable SourceRow next() {
        while (true) {
            if (current == null) {
                if (!files.hasNext()) return null;
                current = DataFile.open(files.next(), columns);
            }
            SourceRow row = current.next();
            if (row != null) return row;
            close();
        }
    }

    @Override
    public void close() {
        if (current != null) current.close();
        current = null;
    }
}
