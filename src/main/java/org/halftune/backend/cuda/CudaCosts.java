package org.halftune.backend.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.halftune.backend.Allocator;
import org.halftune.backend.Category;
import org.halftune.backend.MemoryLedger;
import org.halftune.backend.Ops;
import org.halftune.backend.Phase;
import org.halftune.backend.Tensor;
import org.halftune.backend.Timeline;
import org.halftune.backend.cost.CostBackend;
import org.halftune.backend.cost.Work;
import org.halftune.backend.cost.WorkLog;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;

/**
 * A {@link CudaBackend} without a device: the same sizes, types and order of calls, and instead of launches and copies an account of
 * them. It needs no driver and no memory: addresses are numbers that nobody follows.
 *
 * <p>Tests hold its account against what the emulated driver counts.
 */
public final class CudaCosts implements CostBackend {
    private final CostNotes notes = new CostNotes();
    private final DeviceContents contents = new DeviceContents();
    private final Ops ops = new CostOps(notes, contents);
    private final MemoryLedger ledger = new MemoryLedger();
    private final Set<Object> replayed = new HashSet<>();
    private final long available;
    private long nextAddress = 1L << 32;

    /** A device on which a plan may take {@code available} bytes. */
    public CudaCosts(long available) {
        this.available = available;
        ledger.add(Category.WORKSPACE, OwnMemory.BYTES);
    }

    @Override
    public WorkLog takeLog() {
        return notes.take();
    }

    @Override
    public String description() {
        return "a CUDA device that is only reckoned with";
    }

    @Override
    public Ops ops() {
        return ops;
    }

    @Override
    public Timeline timeline() {
        return new Timeline() {
            @Override
            public Phase enter(Phase next) {
                return notes.enter(next);
            }

            @Override
            public Map<Phase, Double> drain() {
                var nothing = new EnumMap<Phase, Double>(Phase.class);
                for (var phase : Phase.values()) nothing.put(phase, 0.0);
                return nothing;
            }
        };
    }

    @Override
    public MemoryLedger memory() {
        return ledger;
    }

    @Override
    public DType storage() {
        return DType.BF16;
    }

    @Override
    public long ownBytes() {
        return OwnMemory.BYTES;
    }

    @Override
    public int padding() {
        return CudaBackend.PADDING;
    }

    @Override
    public void requireHeadSize(int headSize) {
        AttentionTiles.of(headSize);
    }

    @Override
    public long logitsBytes() {
        return CudaBackend.LOGITS_BYTES;
    }

    /** The first time as it is, from the second time on as a recording, like {@link CudaGraphs}. */
    @Override
    public void replay(Object key, Runnable operations) {
        if (replayed.add(key)) {
            operations.run();
            return;
        }
        notes.recording(true);
        operations.run();
        notes.recording(false);
    }

    /** What may still be allocated beside what the backend holds for itself. */
    @Override
    public long availableBytes() {
        return available - ledger.total();
    }

    @Override
    public MemorySegment allocate(Category category, long bytes) {
        ledger.add(category, bytes);
        long address = nextAddress;
        nextAddress += Allocator.aligned(Math.max(1, bytes));
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    @Override
    public void free(Category category, MemorySegment block) {
        ledger.subtract(category, block.byteSize());
        contents.forget(block.address(), block.byteSize());
    }

    /** As {@link Transfers} does it: types are converted by the device, from its scratch. */
    @Override
    public void upload(Tensor target, HostTensor source) {
        long bytes = source.data().byteSize();
        copied(Work.Route.HOST_TO_DEVICE, bytes);
        if (target.dtype() != source.dtype()) converted(target, source.dtype());
        else if (target.dtype() == DType.I32) contents.put(target.memory().address(), ints(source));
    }

    private void converted(Tensor target, DType from) {
        long most = Staging.SLOT_BYTES / from.bytes();
        for (long i = 0; i < target.elements(); i += most) {
            long count = Math.min(most, target.elements() - i);
            notes.kernel(
                    CudaConversion.kernel(from, target.dtype()),
                    Math.ceilDiv(count, CudaConversion.ELEMENTS_OF_BLOCK),
                    count * from.bytes(),
                    count * target.dtype().bytes());
        }
    }

    private static int[] ints(HostTensor source) {
        return source.data().toArray(ValueLayout.JAVA_INT_UNALIGNED);
    }

    /** Zeros. */
    @Override
    public HostTensor download(Tensor source) {
        long bytes = source.elements() * source.dtype().bytes();
        copied(Work.Route.DEVICE_TO_HOST, bytes);
        return new HostTensor(
                source.dtype(),
                source.shape(),
                MemorySegment.ofArray(new int[Math.toIntExact((bytes + 3) / 4)]).asSlice(0, bytes));
    }

    /** Copies go through slots of pinned memory, one copy a slot. */
    private void copied(Work.Route route, long bytes) {
        for (long done = 0; done < bytes; done += Staging.SLOT_BYTES) {
            notes.note(new Work.Copy(route, Math.min(Staging.SLOT_BYTES, bytes - done)));
        }
    }

    @Override
    public void synchronize() {}

    @Override
    public void close() {
        ledger.subtract(Category.WORKSPACE, OwnMemory.BYTES);
    }
}
