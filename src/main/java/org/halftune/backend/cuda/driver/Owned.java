package org.halftune.backend.cuda.driver;

import java.util.ArrayDeque;

/** Resources, closed in reverse order; if one fails to close, the rest are still closed. */
public final class Owned implements AutoCloseable {
    /** {@link AutoCloseable} without checked exceptions. */
    @FunctionalInterface
    public interface Closing {
        void close();
    }

    private final ArrayDeque<Closing> open = new ArrayDeque<>();

    public void add(Closing resource) {
        open.push(resource);
    }

    @Override
    public void close() {
        RuntimeException first = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (RuntimeException e) {
                if (first == null) first = e;
                else first.addSuppressed(e);
            }
        }
        if (first != null) throw first;
    }
}
