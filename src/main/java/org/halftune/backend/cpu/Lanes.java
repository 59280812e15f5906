package org.halftune.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Reading and writing floats of native memory, one or a vector at a time, and what the Vector API leaves open. Indexes count
 * floats.
 *
 * <p>{@code reduceLanes(ADD)} may add in any order and {@code lanewise(EXP)} may be off by an ulp: compiled code and the
 * interpreter do differ, so a run's bits would depend on when the JIT gets to a method. {@link #sum} and {@link #exp} are made
 * of operations that are exact everywhere, and give the same bits always.
 */
final class Lanes {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int WIDTH = SPECIES.length();
    private static final VectorShuffle<Float> EIGHT_APART = apart(8);
    private static final VectorShuffle<Float> FOUR_APART = apart(4);
    private static final VectorShuffle<Float> TWO_APART = apart(2);
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();

    private Lanes() {}

    private static VectorShuffle<Float> apart(int lanes) {
        return VectorShuffle.fromOp(SPECIES, i -> (i + lanes) % WIDTH);
    }

    static FloatVector load(MemorySegment memory, long i) {
        return FloatVector.fromMemorySegment(SPECIES, memory, 4 * i, ORDER);
    }

    static FloatVector load(MemorySegment memory, long i, VectorMask<Float> mask) {
        return FloatVector.fromMemorySegment(SPECIES, memory, 4 * i, ORDER, mask);
    }

    /** As many of the next floats as are {@code left}, 0 in the other lanes. Masks are slow, so only the last vector has one. */
    static FloatVector load(MemorySegment memory, long i, long left) {
        return left >= WIDTH ? load(memory, i) : load(memory, i, first(left));
    }

    /** The same with another value in the other lanes. */
    static FloatVector loadOr(MemorySegment memory, long i, long left, float other) {
        if (left >= WIDTH) return load(memory, i);
        return FloatVector.broadcast(SPECIES, other).blend(load(memory, i, first(left)), first(left));
    }

    /** Stores as many lanes as are {@code left}. */
    static void store(FloatVector value, MemorySegment memory, long i, long left) {
        if (left >= WIDTH) store(value, memory, i);
        else store(value, memory, i, first(left));
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

    /** The sum of all lanes, in halves: lane i with lane i + WIDTH/2, and so on. */
    static float sum(FloatVector v) {
        var folded = v;
        if (WIDTH > 8) folded = folded.add(folded.rearrange(EIGHT_APART));
        if (WIDTH > 4) folded = folded.add(folded.rearrange(FOUR_APART));
        folded = folded.add(folded.rearrange(TWO_APART));
        return folded.lane(0) + folded.lane(1);
    }

    /**
     * e^x within 2 ulp: x = n·ln 2 + r, |r| ≤ ln 2 / 2, and a polynomial for e^r (Cephes' {@code expf}, S. Moshier 1989).
     * Below −86 it is 0, and above 88 it stays at e^88, since larger powers of two do not fit; NaN stays NaN.
     */
    @SuppressWarnings("FloatingPointLiteralPrecision") // Cephes' constants, as published
    static FloatVector exp(FloatVector x) {
        var clamped = x.max(-86f).min(88f);
        // Adding 1.5·2²³ rounds to a whole number, which then stands in the low bits.
        var shifted =
                clamped.fma(FloatVector.broadcast(SPECIES, 1.44269504f), FloatVector.broadcast(SPECIES, 12582912f));
        var n = shifted.sub(12582912f);
        var r = n.fma(FloatVector.broadcast(SPECIES, -0.693359375f), clamped);
        r = n.fma(FloatVector.broadcast(SPECIES, 2.12194440e-4f), r);
        var p = FloatVector.broadcast(SPECIES, 1.9875691500e-4f);
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1.3981999507e-3f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 8.3334519073e-3f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 4.1665795894e-2f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 1.6666665459e-1f));
        p = p.fma(r, FloatVector.broadcast(SPECIES, 5.0000001201e-1f));
        p = p.fma(r.mul(r), r).add(1f);
        var exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        var result = p.reinterpretAsInts().add(exponent).reinterpretAsFloats(); // p·2ⁿ
        return result.blend(0f, x.lt(-86f));
    }
}
