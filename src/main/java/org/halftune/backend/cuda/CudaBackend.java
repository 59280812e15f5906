package org.halftune.backend.cuda;

import java.lang.foreign.MemorySegment;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.MemoryLedger;
import org.halftune.backend.Ops;
import org.halftune.backend.Tensor;
import org.halftune.backend.Timeline;
import org.halftune.backend.cuda.cublas.Cublas;
import org.halftune.backend.cuda.cublas.CublasLibrary;
import org.halftune.backend.cuda.driver.CopyAhead;
import org.halftune.backend.cuda.driver.CudaContext;
import org.halftune.backend.cuda.driver.CudaGraphs;
import org.halftune.backend.cuda.driver.CudaTimeline;
import org.halftune.backend.cuda.driver.Device;
import org.halftune.backend.cuda.driver.DeviceCopies;
import org.halftune.backend.cuda.driver.DeviceMemory;
import org.halftune.backend.cuda.driver.Driver;
import org.halftune.backend.cuda.driver.Owned;
import org.halftune.backend.cuda.driver.Staging;
import org.halftune.backend.cuda.image.KernelImages;
import org.halftune.backend.cuda.image.ShippedKernels;
import org.halftune.backend.cuda.launch.Kernels;
import org.halftune.backend.cuda.launch.StreamSink;
import org.halftune.backend.cuda.op.CudaConversion;
import org.halftune.backend.cuda.op.CudaOps;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.TensorStream;
import org.jspecify.annotations.Nullable;

/**
 * A CUDA device as a backend. Everything is queued on one stream, in the order of the calls, and the host waits only for
 * downloads, for {@link #synchronize}, and for uploads that overtake the device.
 *
 * <p>Used by one thread at a time.
 */
public final class CudaBackend implements CudaSizes {
    /** CUDA's own variable, set to find the kernel that fails. A graph would hide it, so none is used then. */
    private final boolean oneByOne = "1".equals(System.getenv("CUDA_LAUNCH_BLOCKING"));

    private final Owned owned = new Owned();
    private final MemoryLedger ledger = new MemoryLedger();
    private final CudaContext context;
    private final DeviceMemory memory;
    private final Kernels kernels;
    private final StreamSink sink;
    private final Transfers transfers;
    private final CopyAhead ahead;
    private final Cublas cublas;
    private final CudaTimeline timeline;
    private final CudaGraphs graphs;
    private final CudaOps ops;

    private CudaBackend(int index, KernelImages images, @Nullable String cublasLibrary) {
        var driver = Driver.load();
        context = new CudaContext(driver, index, ledger);
        owned.add(context::close);
        try {
            memory = new DeviceMemory(context, ledger);
            owned.add(memory::close);
            kernels = new Kernels(context, images);
            owned.add(kernels::close);
            var staging = new Staging(context);
            owned.add(staging::close);
            var block = memory.allocate(MemoryCategory.WORKSPACE, OwnMemory.BYTES);
            owned.add(() -> memory.free(MemoryCategory.WORKSPACE, block));
            var own = new OwnMemory(block);
            cublas = CublasLibrary.find(cublasLibrary, driver.version()).open(context, own.cublasWorkspace());
            owned.add(cublas::close);
            timeline = new CudaTimeline(context);
            owned.add(timeline::close);
            graphs = new CudaGraphs(context, memory, timeline);
            owned.add(graphs::close);
            var copies = new DeviceCopies(context);
            sink = new StreamSink(context, kernels, cublas, copies);
            owned.add(sink::close);
            ahead = new CopyAhead(context, copies);
            owned.add(ahead::close);
            transfers = new Transfers(staging, own.scratch(), new CudaConversion(sink));
            ops = new CudaOps(sink, timeline, own.scratch());
            owned.add(() -> context.synchronize(sink.last()));
        } catch (Throwable e) {
            closeAfter(e);
            throw e;
        }
    }

    private void closeAfter(Throwable failure) {
        try {
            owned.close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** {@link #open(int, Consumer)} without notices. */
    public static CudaBackend open(int index) {
        return open(index, _ -> {});
    }

    /**
     * Opens a device.
     *
     * @param index its place in the driver's count, from 0
     * @param notice receives a line before long work begins: kernels that have to be compiled here
     * @throws org.halftune.problem.InputError if there is no such device, or the driver, cuBLAS or the kernels cannot be used
     */
    public static CudaBackend open(int index, Consumer<String> notice) {
        return open(index, ShippedKernels.inJar(notice), System.getenv(CublasLibrary.VARIABLE));
    }

    /** With the given kernels and cuBLAS. */
    static CudaBackend open(int index, KernelImages images, @Nullable String cublasLibrary) {
        return new CudaBackend(index, images, cublasLibrary);
    }

    @Override
    public String description() {
        return context.device().name() + ", " + cublas.name();
    }

    @Override
    public String details() {
        return deviceDetails() + "; " + cublas.details() + "; kernels: " + kernels.source();
    }

    /** The device, its generation, and the driver. */
    String deviceDetails() {
        var device = context.device();
        return device.name() + " (compute capability " + device.major() + "." + device.minor() + ", driver of CUDA "
                + device.driver() + ")";
    }

    Device device() {
        return context.device();
    }

    Kernels kernels() {
        return kernels;
    }

    Cublas cublas() {
        return cublas;
    }

    StreamSink sink() {
        return sink;
    }

    CudaGraphs graphs() {
        return graphs;
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
    public long availableBytes() {
        return memory.freeBytes();
    }

    /**
     * Bytes of the device that were taken since this backend was opened: the ledger's, the driver's own, and those of other
     * programs.
     */
    public long bytesTakenFromDevice() {
        return memory.bytesTakenFromDevice();
    }

    /** How often each kernel was launched, one by one or into a graph; tests count them. */
    public SortedMap<String, Long> launches() {
        return kernels.launches();
    }

    @Override
    public MemorySegment allocate(MemoryCategory category, long bytes) {
        return memory.allocate(category, bytes);
    }

    @Override
    public void free(MemoryCategory category, MemorySegment block) {
        memory.free(category, block);
    }

    @Override
    public void upload(Tensor target, HostTensor source) {
        transfers.upload(target, source);
    }

    @Override
    public void uploadAhead(Tensor target, HostTensor source) {
        ahead.upload(target, source);
    }

    @Override
    public void take(Tensor y, Tensor x) {
        ahead.take(y, x);
    }

    @Override
    public HostTensor download(Tensor source) {
        return transfers.download(source);
    }

    @Override
    public TensorStream stream(Tensor source) {
        return transfers.stream(source);
    }

    @Override
    public void replay(Object key, Runnable operations) {
        if (oneByOne) operations.run();
        else graphs.replay(key, operations);
    }

    @Override
    public void synchronize() {
        context.synchronize(sink.last());
    }

    /** Waits for what is queued and gives everything back. Throws if memory was still held: it names the categories. */
    @Override
    public void close() {
        owned.close();
    }
}
