package org.halftune.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A dense row-major array in host memory, little-endian and unaligned. It may be a view of a mapped file; then it is
 * valid until the file is closed.
 *
 * @param data exactly {@code shape.elements() * dtype.bytes()} bytes
 */
public record HostTensor(DType dtype, Shape shape, MemorySegment data) implements TensorStream {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    public HostTensor {
        long expected = Math.multiplyExact(shape.elements(), (long) dtype.bytes());
        if (data.byteSize() != expected) {
            throw new IllegalArgumentException(
                    dtype + " " + shape + " needs " + expected + " bytes, not " + data.byteSize());
        }
    }

    /** A tensor on the heap with a copy of {@code values}. */
    public static HostTensor of(Shape shape, float... values) {
        return new HostTensor(DType.F32, shape, MemorySegment.ofArray(values.clone()));
    }

    /** A tensor of ids on the heap with a copy of {@code values}. */
    public static HostTensor of(int... values) {
        return new HostTensor(DType.I32, Shape.of(values.length), MemorySegment.ofArray(values.clone()));
    }

    /** Element {@code i} in row-major order, widened exactly. */
    public float get(long i) {
        return switch (dtype) {
            case F32 -> data.get(FLOAT, 4 * i);
            case F16 -> Float.float16ToFloat(data.get(SHORT, 2 * i));
            case BF16 -> Float.intBitsToFloat(data.get(SHORT, 2 * i) << 16);
            case I32 -> data.get(INT, 4 * i);
        };
    }

    /** Elements {@code from} to {@code to} (exclusive) in row-major order, flat; shares memory with this tensor. */
    public HostTensor part(long from, long to) {
        long size = dtype.bytes();
        return new HostTensor(dtype, Shape.of(to - from), data.asSlice(size * from, size * (to - from)));
    }

    /** All elements in row-major order, widened exactly. */
    public float[] toFloats() {
        var values = new float[Math.toIntExact(shape.elements())];
        for (int i = 0; i < values.length; i++) values[i] = get(i);
        return values;
    }

    @Override
    public <E extends Exception> void forEachPiece(Reader<E> reader) throws E {
        reader.read(this);
    }

    /** The bits of {@code x} as bfloat16, rounded to nearest even; NaN stays NaN. */
    public static short toBfloat16(float x) {
        int bits = Float.floatToRawIntBits(x);
        if (Float.isNaN(x)) return (short) ((bits >>> 16) | 0x40);
        return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }
}
