package org.halftune.pretrained;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;

/**
 * Searches for NaN and infinity, 8 bytes at a time. In all three float types a value is not finite if and only if all
 * its exponent bits are 1. Adding 1 at the lowest exponent bit then carries into the sign bit, but not further, so mask
 * and add test the two or four elements of a word at once.
 */
public final class FiniteScan {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int BLOCK = 1 << 20; // bytes between two checks of the result

    private FiniteScan() {}

    /** The exponent bits, the lowest exponent bit and the sign bit of a type, for all elements of a word. */
    private record Bits(long exponent, long lowest, long sign) {
        static Bits of(DType dtype) {
            return switch (dtype) {
                case F32 -> new Bits(0x7f80_0000_7f80_0000L, 0x0080_0000_0080_0000L, 0x8000_0000_8000_0000L);
                case F16 -> new Bits(0x7c00_7c00_7c00_7c00L, 0x0400_0400_0400_0400L, 0x8000_8000_8000_8000L);
                case BF16 -> new Bits(0x7f80_7f80_7f80_7f80L, 0x0080_0080_0080_0080L, 0x8000_8000_8000_8000L);
                case I32 -> new Bits(0, 0, 0); // integers are always finite
            };
        }
    }

    /** Row-major index of the first element that is NaN or infinite; -1 if all are finite. */
    public static long firstNonFinite(HostTensor tensor) {
        var bits = Bits.of(tensor.dtype());
        int elementBytes = tensor.dtype().bytes();
        long bytes = tensor.data().byteSize();
        for (long begin = 0; begin < bytes; begin += BLOCK) {
            int length = (int) Math.min(BLOCK, bytes - begin);
            if (!anyIn(tensor.data().asSlice(begin, length), bits)) continue;
            for (long i = begin / elementBytes; i < (begin + length) / elementBytes; i++) {
                if (!Float.isFinite(tensor.get(i))) return i;
            }
        }
        return -1;
    }

    private static boolean anyIn(MemorySegment block, Bits bits) {
        int words = (int) (block.byteSize() / Long.BYTES);
        long found = 0;
        for (int i = 0; i < words; i++) {
            found |= (block.get(WORD, (long) i * Long.BYTES) & bits.exponent) + bits.lowest;
        }
        // The last word is padded with zeros, which are finite.
        long rest = 0;
        for (long i = (long) words * Long.BYTES; i < block.byteSize(); i++) {
            rest |= (block.get(ValueLayout.JAVA_BYTE, i) & 0xffL) << (Byte.SIZE * (i % Long.BYTES));
        }
        found |= (rest & bits.exponent) + bits.lowest;
        return (found & bits.sign) != 0;
    }
}
