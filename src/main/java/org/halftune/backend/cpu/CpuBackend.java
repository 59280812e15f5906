package org.halftune.backend.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.halftune.backend.Backend;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.MemoryLedger;
import org.halftune.backend.Ops;
import org.halftune.backend.OutOfDeviceMemory;
import org.halftune.backend.Tensor;
import org.halftune.backend.Timeline;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.TensorStream;

/** The processor as a backend. Ops run synchronously, so there is nothing to wait for. */
public final class CpuBackend implements Backend {
    private final OpenBlas blas;
    private final Workers workers;
    private final NativeMemory blocks = new NativeMemory();
    private final MemoryLedger ledger = new MemoryLedger();
    private final Timeline timeline = new CpuTimeline();
    private final Scratch scratch;
    private final CpuCopies copies;
    private final Ops ops;

    private CpuBackend(OpenBlas blas, int threads) {
        this.blas = blas;
        workers = new Workers(threads);
        scratch = new Scratch(this, threads);
        copies = new CpuCopies(workers);
        ops = new CpuOps(blas, workers, scratch, timeline);
    }

    /**
     * @param threads how many threads compute, the caller's included; 0: one a core
     * @throws org.halftune.problem.InputError if OpenBLAS cannot be extracted or loaded here
     */
    public static CpuBackend open(int threads) {
        return new CpuBackend(
                OpenBlas.load(), threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
    }

    @Override
    public String description() {
        return "CPU, " + workers.count() + (workers.count() == 1 ? " thread, " : " threads, ") + blas.name()
                + ", vectors of " + Lanes.WIDTH + " floats";
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

    @Override
    public DType storage() {
        return DType.F32;
    }

    @Override
    public long availableBytes() {
        return AvailableMemory.bytes();
    }

    @Override
    public MemorySegment allocate(MemoryCategory category, long bytes) {
        var block = blocks.allocate(bytes).orElseThrow(() -> outOfMemory(category, bytes));
        ledger.add(category, bytes);
        return block;
    }

    private OutOfDeviceMemory outOfMemory(MemoryCategory category, long bytes) {
        return new OutOfDeviceMemory(new OutOfDeviceMemory.State(
                "memory",
                description(),
                "calloc of " + bytes + " bytes",
                Optional.of(category),
                bytes,
                availableBytes(),
                0,
                ledger.held()));
    }

    @Override
    public void free(MemoryCategory category, MemorySegment block) {
        blocks.free(block);
        ledger.subtract(category, block.byteSize());
    }

    @Override
    public void upload(Tensor target, HostTensor source) {
        copies.upload(target, source);
    }

    @Override
    public HostTensor download(Tensor source) {
        return CpuCopies.download(source);
    }

    @Override
    public TensorStream stream(Tensor source) {
        return source.isDense() ? new HostTensor(source.dtype(), source.shape(), source.memory()) : download(source);
    }

    @Override
    public void synchronize() {}

    @Override
    public void close() {
        scratch.close();
        workers.close();
        var held = ledger.held();
        held.values().removeIf(bytes -> bytes == 0);
        if (!held.isEmpty()) throw new IllegalStateException("bytes still held at close: " + held);
    }
}
