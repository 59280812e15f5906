package org.halftune.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/** Reading and writing floats of native memory, one or a vector at a time. Indexes count floats. */
final class Lanes {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int WIDTH = SPECIES.length();
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private Lanes() {}

    static FloatVector load(MemorySegment memory, long i) {
        return FloatVector.fromMemorySegment(SPECIES, memory, 4 * i, ORDER);
    }

    static FloatVector load(MemorySegment memory, long i, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(SPECIES, memory, 4 * i, ORDER, mask);
    }

    static void store(FloatVector value, MemorySegment memory, long i) {
        value.intoMemorySegment(memory, 4 * i, ORDER);
    }

    static void store(FloatVector value, MemorySegment memory, long i, VectorMask<Float> mask) {
        value.intoMemorySegment(memory, 4 * i, ORDER, mask);
    }

    static float get(MemorySegment memory, long i) {
        return memory.get(ValueLayout.JAVA_FLOAT, 4 * i);
    }

    static void set(MemorySegment memory, long i, float value) {
        memory.set(ValueLayout.JAVA_FLOAT, 4 * i, value);
    }

    static int getInt(MemorySegment memory, long i) {
        return memory.get(ValueLayout.JAVA_INT, 4 * i);
    }

    /** The largest multiple of the vector width that is at most {@code n}. */
    static long bound(long n) {
        return n - n % WIDTH;
    }

    /** The lanes below {@code count}, for the last and incomplete vector. */
    static VectorMask<Float> first(long count) {
        return SPECIES.indexInRange(0, count);
    }
}
