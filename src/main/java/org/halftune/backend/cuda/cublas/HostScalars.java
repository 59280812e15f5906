package org.halftune.backend.cuda.cublas;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The two scalars a product is ever scaled by, where cuBLAS can read them: it takes them by address, on the host. */
final class HostScalars {
    private static final MemorySegment VALUES = Arena.global().allocateFrom(ValueLayout.JAVA_FLOAT, 0f, 1f);

    private HostScalars() {}

    static MemorySegment zero() {
        return VALUES.asSlice(0, Float.BYTES);
    }

    static MemorySegment one() {
        return VALUES.asSlice(Float.BYTES, Float.BYTES);
    }

    /** {@code value} is 0 or 1. */
    static MemorySegment of(float value) {
        if (value == 0) return zero();
        if (value == 1) return one();
        throw new IllegalArgumentException("a product is scaled by 0 or 1, not " + value);
    }
}
