package org.halftune.backend.cuda.op;

import org.halftune.backend.Allocator;
import org.halftune.backend.Tensor;
import org.halftune.tensor.DType;
import org.halftune.tensor.Shape;

/**
 * Device memory that one op uses and that nothing outlives, not zeroed. Every op begins at the front again: the stream runs ops one
 * after another, so the next op writes after this one has read.
 *
 * <p>Its size is fixed, so only what has a bound may be here. What grows with the batch is a tensor that the caller plans, like
 * attention's delta.
 */
public final class DeviceScratch implements Allocator {
    /**
     * Enough for the partial sums of a norm's gradient ({@link CudaRmsNorm}), for a slot of an upload, and for a double for each piece
     * of 34 billion trainable parameters ({@link CudaGradientNorm}), which with gradients and moments exceed any device. The parts of
     * split contexts ({@link CachedAttention}) are computed for as many tokens at a time as fit.
     */
    public static final long BYTES = 32 << 20;

    private final Tensor memory;
    private long used;

    /** @param memory {@link #BYTES} of device memory */
    public DeviceScratch(Tensor memory) {
        this.memory = memory;
    }

    /** Bytes that one op can have. An op that needs more works in several turns. */
    long bytes() {
        return memory.memory().byteSize();
    }

    /** Begins an op: all of it is free again. */
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
