package org.halftune.source;

import org.jspecify.annotations.Nullable;

/** The first rows of a source. The others are not read. */
final class FirstRows implements RowSource {
    private final RowSource all;
    private int left;

    FirstRows(RowSource all, int count) {
        this.all = all;
        this.left = count;
    }

    @Override
    public @Nullable SourceRow next() {
        if (left == 0) return null;
        left--;
        return all.next();
    }

    @Override
    public void close() {
        all.close();
    }
}
