package org.halftune.backend;

import java.lang.foreign.MemorySegment;
import org.halftune.tensor.DType;
import org.halftune.tensor.Shape;

/**
 * One block of device memory of one category, handed out from front to back and given back as a whole. The block is
 * reserved when the arena is made; closing it frees every tensor that came from it.
 */
public final class DeviceArena implements Allocator, AutoCloseable {
    private final Backend backend;
    private final MemoryCategory category;
    private final MemorySegment block;
    private long used;
    private boolean open = true;

    /** Reserves {@code bytes} zeroed bytes. */
    public DeviceArena(Backend backend, MemoryCategory category, long bytes) {
        this.backend = backend;
        this.category = category;
        this.block = backend.allocate(category, bytes);
    }

    @Override
    public Tensor allocate(DType dtype, long... dims) {
        if (!open) throw new IllegalStateException("arena " + category + " is closed");
        var shape = Shape.of(dims);
        long size = Math.multiplyExact(shape.elements(), (long) dtype.bytes());
        if (used + size > block.byteSize()) {
            throw new IllegalStateException("arena " + category + " of " + block.byteSize() + " bytes has "
                    + (block.byteSize() - used) + " left, " + shape + " needs " + size);
        }
        var tensor = Tensor.dense(dtype, shape, block.asSlice(used, size));
        used = Math.min(block.byteSize(), used + Allocator.aligned(size));
        return tensor;
    }

    @Override
    public DType storage() {
        return backend.storage();
    }

    @Override
    public void close() {
        if (open) backend.free(category, block);
        open = false;
    }
}
