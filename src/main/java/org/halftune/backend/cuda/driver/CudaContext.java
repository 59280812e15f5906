package org.halftune.backend.cuda.driver;

import java.util.Optional;
import jcuda.driver.CUcontext;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import org.halftune.backend.DeviceFailure;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.MemoryLedger;
import org.halftune.backend.OutOfDeviceMemory;
import org.halftune.problem.InputError;

/**
 * One device, its context and the one stream that everything of a backend is queued on, so that what is queued first is
 * done first and nothing else orders work. The context is the device's primary one, which cuBLAS uses too.
 *
 * <p>Return codes of calls are checked here, where the facts for a message are at hand: the device, the work queued on it, and
 * the memory that this process holds.
 */
public final class CudaContext implements AutoCloseable {
    /** Ampere: bf16 tensor cores and asynchronous copies to shared memory. */
    private static final int OLDEST_MAJOR = 8;

    private final Driver driver;
    private final Device device;
    private final CUcontext context = new CUcontext();
    private final Raw.Stream stream = new Raw.Stream();
    private final MemoryLedger ledger;
    private final LaunchLog queued = new LaunchLog();
    private Thread attached;
    private boolean capturing;
    private boolean lost;
    private boolean open = true;

    /**
     * @param ledger of the memory that is held in this context, for messages
     * @throws InputError if there is no such device, it is too old, or another process holds it exclusively
     */
    public CudaContext(Driver driver, int index, MemoryLedger ledger) {
        this.driver = driver;
        this.ledger = ledger;
        device = driver.device(index);
        if (device.major() < OLDEST_MAJOR) {
            throw new InputError(
                    device.name() + " has compute capability " + device.major() + "." + device.minor()
                            + ", needed is 8.0 or newer",
                    "device " + index,
                    "use a GPU of 2020 or newer (A100, RTX 30, ...), or --device cpu");
        }
        int code = JCudaDriver.cuDevicePrimaryCtxRetain(context, Driver.handle(index));
        if (code != CUresult.CUDA_SUCCESS) throw DeviceTaken.explain(code, "cuDevicePrimaryCtxRetain", driver, device);
        try {
            code = JCudaDriver.cuCtxSetCurrent(context);
            if (code != CUresult.CUDA_SUCCESS) throw DeviceTaken.explain(code, "cuCtxSetCurrent", driver, device);
            attached = Thread.currentThread();
            code = JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING);
            if (code != CUresult.CUDA_SUCCESS) throw DeviceTaken.explain(code, "cuStreamCreate", driver, device);
        } catch (RuntimeException e) {
            release();
            throw e;
        }
    }

    public Driver driver() {
        return driver;
    }

    public Device device() {
        return device;
    }

    public Raw.Stream stream() {
        return stream;
    }

    /**
     * Makes the context current on the calling thread. The driver keeps a current context for each thread; a backend is
     * used by one thread at a time, but not always by the one that opened it.
     */
    public void attach() {
        var caller = Thread.currentThread();
        if (attached == caller) return;
        check(JCudaDriver.cuCtxSetCurrent(context), "cuCtxSetCurrent");
        attached = caller;
    }

    /** Whether what is queued goes into a graph instead of being run: see {@link CudaGraphs}. */
    void capturing(boolean on) {
        capturing = on;
    }

    /** For what a graph cannot repeat, because it works on the host too. */
    void requireNotCapturing(String what) {
        if (capturing) throw new IllegalStateException(what + " while a CUDA graph is captured");
    }

    /** What was queued since the host last waited. Code that queues work adds to it. */
    public LaunchLog queued() {
        return queued;
    }

    /** Whether a call has failed after which this process can no longer use the device. */
    boolean lost() {
        return lost;
    }

    /**
     * Throws unless {@code code} is success.
     *
     * @param call the call and its arguments: its name, sizes, shape of a launch
     */
    public void check(int code, String call) {
        if (code != CUresult.CUDA_SUCCESS) throw failure(code, call);
    }

    /** The failure of a call within this context. */
    public DeviceFailure failure(int code, String call) {
        if (code == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            return outOfMemory(Optional.empty(), 0, call + ": " + CudaFailure.describe(code));
        }
        lost |= CudaFailure.sticky(code);
        return CudaFailure.on(device, code, call, CudaFailure.describe(code), queued);
    }

    /**
     * The failure of a call of cuBLAS. Its own code means little more than that something failed; a code
     * of the driver, if there is one, names the reason.
     */
    public DeviceFailure cublasFailure(int status, String call) {
        var description = CublasStatus.describe(status);
        if (status == CublasStatus.ALLOC_FAILED) return outOfMemory(Optional.empty(), 0, call + ": " + description);
        int code = capturing ? CUresult.CUDA_SUCCESS : JCudaDriver.cuStreamQuery(stream);
        if (CudaFailure.sticky(code)) {
            lost = true;
            description += ", " + CudaFailure.describe(code);
        }
        return CudaFailure.on(device, code == CUresult.CUDA_SUCCESS ? status : code, call, description, queued);
    }

    /**
     * @param category what the bytes are for; empty: the driver's own use
     * @param bytes asked for; 0: not known
     */
    OutOfDeviceMemory outOfMemory(Optional<MemoryCategory> category, long bytes, String call) {
        long[] free = new long[1], total = new long[1];
        JCudaDriver.cuMemGetInfo(free, total); // if it fails, the message has fewer figures
        return new OutOfDeviceMemory(new OutOfDeviceMemory.State(
                "GPU memory",
                device.name() + " (cuda:" + device.index() + ")",
                call,
                category,
                bytes,
                free[0],
                device.totalBytes(),
                ledger.held()));
    }

    /** Waits for everything queued. {@code what} names, for the message, what may have failed since the last wait. */
    public void synchronize(String what) {
        requireNotCapturing("synchronize");
        attach();
        check(JCudaDriver.cuStreamSynchronize(stream), "cuStreamSynchronize, after " + what);
        queued.waited();
    }

    @Override
    public void close() {
        if (!open) return;
        open = false;
        // Even if a call fails here, the context is released, with everything that is left in it.
        if (attached != Thread.currentThread()) JCudaDriver.cuCtxSetCurrent(context);
        JCudaDriver.cuStreamDestroy(stream);
        release();
    }

    private void release() {
        JCudaDriver.cuDevicePrimaryCtxRelease(Driver.handle(device.index()));
    }
}
