package org.halftune.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.halftune.backend.Tensor;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;

/** Files hold floats in two or four bytes; this backend computes in four. */
final class CpuCopies {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Workers workers;

    CpuCopies(Workers workers) {
        this.workers = workers;
    }

    /** Widens exactly, or copies. Same number of elements; integers only to integers. */
    void upload(Tensor target, HostTensor source) {
        if (target.elements() != source.shape().elements()
                || (target.dtype() == DType.I32) != (source.dtype() == DType.I32)) {
            throw new IllegalArgumentException(
                    source.dtype() + " " + source.shape() + " does not fit " + target.dtype() + " " + target.shape());
        }
        MemorySegment to = target.memory(), from = source.data();
        switch (source.dtype()) {
            case F32, I32 ->
                workers.ranges(
                        target.elements(),
                        1 << 18,
                        (low, high) -> MemorySegment.copy(from, 4 * low, to, 4 * low, 4 * (high - low)));
            case BF16 ->
                workers.ranges(target.elements(), 1 << 16, (low, high) -> {
                    for (long i = low; i < high; i++) {
                        to.set(ValueLayout.JAVA_INT, 4 * i, from.get(SHORT, 2 * i) << 16);
                    }
                });
            case F16 ->
                workers.ranges(target.elements(), 1 << 16, (low, high) -> {
                    for (long i = low; i < high; i++) {
                        Lanes.set(to, i, Float.float16ToFloat(from.get(SHORT, 2 * i)));
                    }
                });
        }
    }

    /** A copy on the heap. */
    static HostTensor download(Tensor source) {
        if (source.dtype() == DType.I32) {
            return new HostTensor(
                    DType.I32,
                    source.shape(),
                    MemorySegment.ofArray(source.memory().toArray(ValueLayout.JAVA_INT)));
        }
        return new HostTensor(
                DType.F32, source.shape(), MemorySegment.ofArray(source.memory().toArray(ValueLayout.JAVA_FLOAT)));
    }
}
