package org.halftune.backend.cost;

/** Bytes of device memory that are read and written. */
public record Traffic(long read, long written) {
    public static final Traffic NONE = new Traffic(0, 0);

    public long total() {
        return read + written;
    }

    public Traffic plus(Traffic other) {
        return new Traffic(read + other.read, written + other.written);
    }

    public Traffic times(long count) {
        return new Traffic(read * count, written * count);
    }
}
