package org.halftune.backend.cuda.driver;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.MemoryLedger;

/**
 * Blocks of device memory: zeroed, counted by category, and dead once freed, so that a tensor that outlives its arena is an
 * error instead of a read of other memory. A block is a {@link MemorySegment} whose address only the device may follow.
 */
public final class DeviceMemory implements AutoCloseable {
    private record Allocation(MemorySegment segment, MemoryCategory category, Arena life, long serial) {}

    private final CudaContext context;
    private final MemoryLedger ledger;
    private final long freeAtOpen;

    /** By address. */
    private final Map<Long, Allocation> blocks = new HashMap<>();

    private LongConsumer whenFreed = _ -> {};
    private long allocations;

    public DeviceMemory(CudaContext context, MemoryLedger ledger) {
        this.context = context;
        this.ledger = ledger;
        freeAtOpen = freeBytes();
    }

    /** Calls back with the {@linkplain #allocations number} of each block that is freed. */
    void whenFreed(LongConsumer callback) {
        whenFreed = callback;
    }

    /** How many blocks were allocated so far: a block whose number is smaller existed at that time. */
    long allocations() {
        return allocations;
    }

    public MemorySegment allocate(MemoryCategory category, long bytes) {
        context.requireNotCapturing("allocate");
        context.attach();
        long address = bytes == 0 ? 0 : reserve(category, bytes);
        if (bytes == 0) return MemorySegment.NULL;
        int code = JCudaDriver.cuMemsetD8Async(Raw.device(address), (byte) 0, bytes, context.stream());
        if (code != CUresult.CUDA_SUCCESS) {
            JCudaDriver.cuMemFree(Raw.device(address));
            throw context.failure(code, "cuMemsetD8Async of " + bytes + " bytes of " + category);
        }
        return register(category, address, bytes);
    }

    private long reserve(MemoryCategory category, long bytes) {
        var pointer = new Raw.Allocated();
        int code = JCudaDriver.cuMemAlloc(pointer, bytes);
        var call = "cuMemAlloc of " + bytes + " bytes of " + category;
        if (code == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            throw context.outOfMemory(Optional.of(category), bytes, call + ": " + CudaFailure.describe(code));
        }
        context.check(code, call);
        return pointer.address();
    }

    @SuppressWarnings("MustBeClosedChecker") // free() closes what is opened here
    private synchronized MemorySegment register(MemoryCategory category, long address, long bytes) {
        var life = Arena.ofShared();
        var segment = MemorySegment.ofAddress(address).reinterpret(bytes, life, null);
        blocks.put(address, new Allocation(segment, category, life, allocations++));
        ledger.add(category, bytes);
        return segment;
    }

    public synchronized void free(MemoryCategory category, MemorySegment segment) {
        if (segment.byteSize() == 0) return;
        context.requireNotCapturing("free");
        if (!segment.scope().isAlive()) throw new IllegalStateException("freed twice: " + segment);
        var block = blocks.get(segment.address());
        if (block == null || block.category != category || block.segment.byteSize() != segment.byteSize()) {
            throw new IllegalStateException("never allocated: " + segment + " of " + category);
        }
        context.attach();
        whenFreed.accept(block.serial);
        blocks.remove(segment.address());
        release(block);
    }

    private void release(Allocation block) {
        block.life.close();
        ledger.subtract(block.category, block.segment.byteSize());
        // Waits for what still runs on it.
        int code = JCudaDriver.cuMemFree(Raw.device(block.segment.address()));
        // On a lost device nothing can be freed: memory goes with the context, and the first failure must stay visible.
        if (!context.lost())
            context.check(code, "cuMemFree of " + block.segment.byteSize() + " bytes of " + block.category);
    }

    /** Free bytes of the device. */
    public long freeBytes() {
        context.attach();
        long[] free = new long[1], total = new long[1];
        context.check(JCudaDriver.cuMemGetInfo(free, total), "cuMemGetInfo");
        return free[0];
    }

    /** Bytes of the device that were taken since the backend was opened, by the driver's count; to compare with the ledger. */
    public long bytesTakenFromDevice() {
        return freeAtOpen - freeBytes();
    }

    /** Frees what is left, which should be nothing: throws if it is not. */
    @Override
    public synchronized void close() {
        var left = new EnumMap<MemoryCategory, Long>(MemoryCategory.class);
        for (var block : blocks.values()) {
            left.merge(block.category, block.segment.byteSize(), Long::sum);
            block.life.close();
            ledger.subtract(block.category, block.segment.byteSize());
            JCudaDriver.cuMemFree(Raw.device(block.segment.address()));
        }
        blocks.clear();
        if (!left.isEmpty()) throw new IllegalStateException("bytes still held at close: " + left);
    }
}
