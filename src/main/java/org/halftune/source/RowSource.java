package org.halftune.source;

import org.jspecify.annotations.Nullable;

/**
 * The rows of a data file or folder, one after another. Not for use by several threads.
 *
 * <p>Everything that can be wrong with a file is an {@link org.halftune.problem.InputError} that names file and line or row.
 */
public interface RowSource extends AutoCloseable {

    /** The next row, or null after the last. */
    @Nullable
    SourceRow next();

    @Override
    void close();
}
