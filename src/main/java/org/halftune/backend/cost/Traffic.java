package org.halftune.backend.cost;

/** Bytes of device memory that are read and written. */
public record Traffic(long read, long written) {
    public static final Traffic NONE = new Traffic(0, 0);

    public long total() {
        return read + written;
    }
}
