package org.halftune.backend.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.halftune.backend.Allocator;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.MemoryLedger;
import org.halftune.backend.Ops;
import org.halftune.backend.Phase;
import org.halftune.backend.Tensor;
import org.halftune.backend.Timeline;
import org.halftune.backend.cost.CostBackend;
import org.halftune.backend.cost.WorkLog;
import org.halftune.backend.cuda.driver.CudaGraphs;
import org.halftune.backend.cuda.launch.CostSink;
import org.halftune.backend.cuda.launch.CountedHostCopies;
import org.halftune.backend.cuda.launch.DeviceContents;
import org.halftune.backend.cuda.op.CudaConversion;
import org.halftune.backend.cuda.op.CudaOps;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;

/**
 * The cost model of {@link CudaBackend}: the same ops, sizes and types, and a {@link WorkLog} of what they cost. Nothing is launched,
 * so it needs no driver and no device memory; addresses are numbers. Tests hold the log against what the emulated driver counts.
 */
public final class CudaCostModel implements CostBackend, CudaSizes {
    private final DeviceContents contents = new DeviceContents();
    private final CostSink sink = new CostSink(contents);
    private final MemoryLedger ledger = new MemoryLedger();
    private final Timeline timeline = new Timeline() {
        @Override
        public Phase enter(Phase next) {
            return sink.enter(next);
        }

        @Override
        public Map<Phase, Double> drain() {
            var nothing = new EnumMap<Phase, Double>(Phase.class);
            for (var phase : Phase.values()) nothing.put(phase, 0.0);
            return nothing;
        }
    };

    private final Set<Object> replayed = new HashSet<>();
    private final long available;
    private final MemorySegment block;
    private final Transfers transfers;
    private final Ops ops;
    private long nextAddress = 1L << 32;

    /** @param available bytes of device memory that may be allocated */
    public CudaCostModel(long available) {
        this.available = available;
        block = allocate(MemoryCategory.WORKSPACE, OwnMemory.BYTES);
        var scratch = new OwnMemory(block).scratch();
        transfers = new Transfers(new CountedHostCopies(sink), scratch, new CudaConversion(sink));
        ops = new CudaOps(sink, timeline, scratch);
    }

    @Override
    public WorkLog takeLog() {
        return sink.take();
    }

    @Override
    public String description() {
        return "CUDA cost model: nothing is launched";
    }

    @Override
    public Ops ops() {
        return ops;
    }

    @Override
    public Timeline timeline() {
        return timeline;
    }

    @Override
    public MemoryLedger memory() {
        return ledger;
    }

    /** The first time one by one, from the second time on as a graph, like {@link CudaGraphs}. */
    @Override
    public void replay(Object key, Runnable operations) {
        if (replayed.add(key)) operations.run();
        else sink.replay(operations);
    }

    @Override
    public long availableBytes() {
        return available - ledger.total();
    }

    @Override
    public MemorySegment allocate(MemoryCategory category, long bytes) {
        ledger.add(category, bytes);
        sink.zero(bytes); // as DeviceMemory does
        long address = nextAddress;
        nextAddress += Allocator.aligned(Math.max(1, bytes));
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }

    @Override
    public void free(MemoryCategory category, MemorySegment block) {
        replayed.clear(); // like CudaGraphs: a graph holds the addresses of what it was captured over
        ledger.subtract(category, block.byteSize());
        contents.forget(block.address(), block.byteSize());
    }

    @Override
    public void upload(Tensor target, HostTensor source) {
        transfers.upload(target, source);
        if (source.dtype() == DType.I32) {
            contents.put(target.memory().address(), source.data().toArray(ValueLayout.JAVA_INT_UNALIGNED));
        }
    }

    /** Zeros. */
    @Override
    public HostTensor download(Tensor source) {
        return transfers.download(source);
    }

    @Override
    public void synchronize() {}

    @Override
    public void close() {
        free(MemoryCategory.WORKSPACE, block);
    }
}
