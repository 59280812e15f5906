package org.halftune.data;

import java.nio.file.Path;
import org.halftune.problem.InputError;
import org.halftune.source.DataFile;
import org.halftune.source.RowSource;
import org.halftune.source.SourceRow;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows one after another. {@link DataFile} reads the files, {@link RowParser} parses the rows.
 *
 * <p>Every invalid row is an {@link InputError} that names file, line and field.
 */
public final class RowReader implements AutoCloseable {

    private final RowSource source;
    private long size;

    private RowReader(RowSource source) {
        this.source = source;
    }

    /**
     * The rows of a file, or of the data files in a folder.
     *
     * @throws InputError if the path does not exist, is empty, or is not a supported file type
     */
    public static RowReader open(Path path) {
        return over(DataFile.open(path));
    }

    /** Whether the first row of a file is a preference pair. A damaged row is none: its error appears where the rows are read. */
    public static boolean beginsWithPair(Path path) {
        try (var rows = open(path)) {
            var first = rows.next();
            return first != null
                    && (first.row() instanceof Row.TextPreference || first.row() instanceof Row.ChatPreference);
        } catch (InputError e) {
            return false;
        }
    }

    /** Reads from {@code source}, and closes it on {@link #close}. */
    public static RowReader over(RowSource source) {
        return new RowReader(source);
    }

    /** The next row, or null after the last. */
    public @Nullable PlacedRow next() {
        SourceRow row = source.next();
        if (row == null) return null;
        size += row.size();
        var place = new Place(row.file(), row.line(), row.row());
        return new PlacedRow(place, RowParser.parse(row.value(), place));
    }

    /** Approximate number of characters read so far. */
    long size() {
        return size;
    }

    @Override
    public void close() {
        source.close();
    }
}
