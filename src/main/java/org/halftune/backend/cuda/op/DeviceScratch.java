package org.halftune.backend.cuda.op;

import org.halftune.backend.Allocator;
import org.halftune.backend.Tensor;
import org.halftune.tensor.DType;
import org.halftune.tensor.Shape;

/**
 * Device memory that one op uses and nothing outlives. Every op begins again at the front: the stream runs ops one after
 * another, so the next op's writes come after this one's reads. Its size is fixed when the backend is opened, and part of
 * every memory plan. Not zeroed.
 */
public final class DeviceScratch implements Allocator {
    /** Enough for a number for each of 32 heads of 260 000 tokens, and for the partial sums of any norm. */
    public static final long BYTES = 32 << 20;

    private final Tensor memory;
    private long used;

    /** @param memory {@link #BYTES} of device memory */
    public DeviceScratch(Tensor memory) {
        this.memory = memory;
    }

    /** What one op can have. */
    long bytes() {
        return memory.memory().byteSize();
    }

    /** For a new op: everything is free again. */
    public Allocator begin() {
        used = 0;
        return this;
    }

    @Override
    public Tensor allocate(DType dtype, long... dims) {
        var shape = Shape.of(dims);
        long bytes = Math.multiplyExact(shape.elements(), (long) dtype.bytes());
        if (used + bytes > memory.memory().byteSize()) {
            throw new IllegalStateException("an op needs " + (used + bytes) + " bytes of scratch, there are "
                    + memory.memory().byteSize());
        }
        var tensor = Tensor.dense(dtype, shape, memory.memory().asSlice(used, bytes));
        used = Math.min(memory.memory().byteSize(), used + Allocator.aligned(bytes));
        return tensor;
    }

    @Override
    public DType storage() {
        return DType.BF16;
    }
}
