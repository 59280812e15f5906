package org.halftune.source;

import org.jspecify.annotations.Nullable;

/**
 * The rows of a data file or folder, in order. Not thread-safe.
 *
 * <p>Every failure is an {@link org.halftune.problem.InputError} that names the file and the line or row.
 */
public interface RowSource extends AutoCloseable {

    /** The next row, or null after the last. */
    @Nullable
    SourceRow next();

    @Override
    void close();
}
