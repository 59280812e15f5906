package org.halftune.backend.cuda.driver;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.halftune.backend.Allocator;

/**
 * Pinned host memory that every copy between host and device goes through: only from there can the device copy
 * while the host goes on.
 *
 * <p>A ring of slots. Small copies share a slot, large ones take many. When a slot is full an event is queued behind its
 * copies, and when the ring comes around to it the host waits for that event: the only time an upload ever waits.
 */
public final class Staging implements HostCopies, AutoCloseable {
    private static final int SLOTS = 8;

    private final CudaContext context;
    private final Raw.Stream stream;
    private final int slots;
    private final ArrayDeque<Slot> ring = new ArrayDeque<>();

    /** Bytes of the first slot that are taken. */
    private long used;

    private static final class Slot {
        private final Raw.Pinned memory = new Raw.Pinned();
        private final CUevent copied = new CUevent();

        MemorySegment bytes(long from, long count) {
            return MemorySegment.ofAddress(memory.address() + from).reinterpret(count);
        }
    }

    /** For the stream of the ops. */
    public Staging(CudaContext context) {
        this(context, context.stream(), SLOTS);
    }

    /** For copies on {@code stream}, of which {@code slots} times {@link #SLOT_BYTES} may be under way, two at least. */
    Staging(CudaContext context, Raw.Stream stream, int slots) {
        this.context = context;
        this.stream = stream;
        this.slots = slots;
        try {
            for (int i = 0; i < slots; i++) {
                var slot = new Slot();
                context.check(
                        JCudaDriver.cuMemHostAlloc(slot.memory, SLOT_BYTES, 0),
                        "cuMemHostAlloc of " + SLOT_BYTES + " bytes of pinned memory");
                ring.addLast(slot);
                context.check(
                        JCudaDriver.cuEventCreate(slot.copied, CUevent_flags.CU_EVENT_DISABLE_TIMING), "cuEventCreate");
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public void toDevice(long target, MemorySegment source) {
        context.requireNotCapturing("upload");
        context.attach();
        for (long done = 0; done < source.byteSize(); ) {
            if (used == SLOT_BYTES) nextSlot();
            long count = Math.min(source.byteSize() - done, SLOT_BYTES - used);
            var part = ring.getFirst().bytes(used, count);
            part.copyFrom(source.asSlice(done, count));
            context.check(
                    JCudaDriver.cuMemcpyHtoDAsync(
                            Raw.device(target + done), Raw.pointer(part.address()), count, stream),
                    "cuMemcpyHtoDAsync of " + count + " bytes");
            used = Math.min(SLOT_BYTES, Allocator.aligned(used + count));
            done += count;
        }
    }

    /** While one slot is emptied the device fills the others. */
    @Override
    public <E extends Exception> void toHost(long source, long bytes, Taker<E> taker) throws E {
        context.requireNotCapturing("download");
        context.attach();
        long queued = 0, taken = 0;
        var filling = new ArrayDeque<Slot>();
        while (taken < bytes) {
            while (queued < bytes && filling.size() < slots - 1) {
                nextSlot();
                var slot = ring.getFirst();
                long count = Math.min(SLOT_BYTES, bytes - queued);
                context.check(
                        JCudaDriver.cuMemcpyDtoHAsync(slot.memory, Raw.device(source + queued), count, stream),
                        "cuMemcpyDtoHAsync of " + count + " bytes");
                record(slot);
                used = SLOT_BYTES;
                filling.addLast(slot);
                queued += count;
            }
            var slot = filling.removeFirst();
            await(slot, "download");
            context.queued().waited();
            long count = Math.min(SLOT_BYTES, bytes - taken);
            taker.take(slot.bytes(0, count), taken);
            taken += count;
        }
    }

    /** Closes the first slot and makes the one that was used longest ago the first. */
    private void nextSlot() {
        var full = ring.removeFirst();
        record(full);
        ring.addLast(full);
        await(ring.getFirst(), "upload");
        used = 0;
    }

    private void record(Slot slot) {
        context.check(JCudaDriver.cuEventRecord(slot.copied, stream), "cuEventRecord");
    }

    private void await(Slot slot, String what) {
        if (JCudaDriver.cuEventQuery(slot.copied) == CUresult.CUDA_SUCCESS) return;
        context.check(JCudaDriver.cuEventSynchronize(slot.copied), "cuEventSynchronize, in " + what);
    }

    @Override
    public void close() {
        for (var slot : ring) {
            JCudaDriver.cuEventDestroy(slot.copied);
            JCudaDriver.cuMemFreeHost(slot.memory);
        }
        ring.clear();
    }
}
