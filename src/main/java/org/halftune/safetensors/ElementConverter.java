package org.halftune.safetensors;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;

/**
 * Converts elements between types: widening is exact, narrowing rounds to nearest even. Works piece by piece, so that a
 * large matrix is never in memory twice.
 */
final class ElementConverter {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final float[] floats;
    private final short[] shorts;

    /** @param most maximum number of elements per {@link #convert} */
    ElementConverter(int most) {
        floats = new float[most];
        shorts = new short[most];
    }

    /**
     * Writes elements {@code [from, from+count)} of {@code source} to the start of {@code target} as {@code dtype}.
     *
     * @param name name of the tensor, for error messages
     * @param first index of the source's first element in the tensor, for error messages
     * @throws InputError if a finite value is too large for {@code dtype}
     */
    void convert(String name, HostTensor source, long from, long first, int count, DType dtype, MemorySegment target) {
        read(source, from, count);
        switch (dtype) {
            case F32 -> MemorySegment.copy(floats, 0, target, FLOAT, 0, count);
            case F16 -> {
                for (int i = 0; i < count; i++) shorts[i] = Float.floatToFloat16(floats[i]);
                checkRange(name, first + from, count, (short) 0x7c00, dtype);
                MemorySegment.copy(shorts, 0, target, SHORT, 0, count);
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) shorts[i] = HostTensor.toBfloat16(floats[i]);
                checkRange(name, first + from, count, (short) 0x7f80, dtype);
                MemorySegment.copy(shorts, 0, target, SHORT, 0, count);
            }
            case I32 -> throw new IllegalArgumentException("weights are not stored as " + dtype);
        }
    }

    private void read(HostTensor source, long from, int count) {
        switch (source.dtype()) {
            case F32 -> MemorySegment.copy(source.data(), FLOAT, 4 * from, floats, 0, count);
            case F16 -> {
                MemorySegment.copy(source.data(), SHORT, 2 * from, shorts, 0, count);
                for (int i = 0; i < count; i++) floats[i] = Float.float16ToFloat(shorts[i]);
            }
            case BF16 -> {
                MemorySegment.copy(source.data(), SHORT, 2 * from, shorts, 0, count);
                for (int i = 0; i < count; i++) floats[i] = Float.intBitsToFloat(shorts[i] << 16);
            }
            case I32 -> throw new IllegalArgumentException("weights are not stored as " + source.dtype());
        }
    }

    /** Rejects finite values that became infinite: they would be lost, and training cannot recover them. */
    private void checkRange(String name, long from, int count, short infinity, DType dtype) {
        boolean overflow = false;
        for (int i = 0; i < count; i++) overflow |= (shorts[i] & 0x7fff) == infinity;
        if (!overflow) return;
        for (int i = 0; i < count; i++) {
            if ((shorts[i] & 0x7fff) == infinity && Float.isFinite(floats[i])) {
                throw new InputError(
                        name + " has the value " + floats[i] + " at element " + (from + i) + ", which is too large for "
                                + dtype,
                        "the weights to save",
                        dtype == DType.F16 ? "save as bfloat16 or float32" : "save as float32");
            }
        }
    }
}
