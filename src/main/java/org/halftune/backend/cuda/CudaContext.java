package org.halftune.backend.cuda;

import jcuda.driver.CUcontext;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import org.halftune.problem.InputError;

/**
 * One device, its context and the one stream that everything of a backend is queued on, so that what is queued first is
 * done first and nothing else orders work. The context is the device's primary one, which cuBLAS uses too.
 */
final class CudaContext implements AutoCloseable {
    /** Ampere: bf16 tensor cores and asynchronous copies to shared memory. */
    private static final int OLDEST_MAJOR = 8;

    private final Driver driver;
    private final Device device;
    private final CUcontext context = new CUcontext();
    private final Raw.Stream stream = new Raw.Stream();
    private Thread attached;
    private boolean recording;
    private boolean open = true;

    /**
     * @throws InputError if there is no such device, or it is too old
     */
    CudaContext(Driver driver, int index) {
        this.driver = driver;
        device = driver.device(index);
        if (device.major() < OLDEST_MAJOR) {
            throw new InputError(
                    device.name() + " has compute capability " + device.major() + "." + device.minor()
                            + ", needed is 8.0 or newer",
                    "device " + index,
                    "use a GPU of 2020 or newer (A100, RTX 30, ...), or --device cpu");
        }
        CudaFailure.check(
                JCudaDriver.cuDevicePrimaryCtxRetain(context, Driver.handle(index)), "cuDevicePrimaryCtxRetain");
        try {
            CudaFailure.check(JCudaDriver.cuCtxSetCurrent(context), "cuCtxSetCurrent");
            attached = Thread.currentThread();
            CudaFailure.check(
                    JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING), "cuStreamCreate");
        } catch (RuntimeException e) {
            release();
            throw e;
        }
    }

    Driver driver() {
        return driver;
    }

    Device device() {
        return device;
    }

    Raw.Stream stream() {
        return stream;
    }

    /**
     * Makes the context current on the calling thread. The driver keeps a current context for each thread; a backend is
     * used by one thread at a time, but not always by the one that opened it.
     */
    void attach() {
        var caller = Thread.currentThread();
        if (attached == caller) return;
        CudaFailure.check(JCudaDriver.cuCtxSetCurrent(context), "cuCtxSetCurrent");
        attached = caller;
    }

    /** Whether what is queued goes into a graph instead of being run: see {@link CudaGraphs}. */
    void recording(boolean on) {
        recording = on;
    }

    /** For what a graph cannot repeat, because it works on the host too. */
    void requireNotRecording(String what) {
        if (recording) throw new IllegalStateException(what + " while a CUDA graph is recorded");
    }

    /** Waits for everything queued. {@code what} names, for the message, what may have failed since the last wait. */
    void synchronize(String what) {
        requireNotRecording("synchronize");
        attach();
        int code = JCudaDriver.cuStreamSynchronize(stream);
        if (code != 0) throw CudaFailure.of(code, "cuStreamSynchronize, after " + what);
    }

    @Override
    public void close() {
        if (!open) return;
        open = false;
        attach();
        JCudaDriver.cuStreamDestroy(stream);
        release();
    }

    private void release() {
        JCudaDriver.cuDevicePrimaryCtxRelease(Driver.handle(device.index()));
    }
}
