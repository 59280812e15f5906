package org.halftune.backend.cuda.driver;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import org.halftune.backend.Tensor;
import org.halftune.tensor.HostTensor;

/**
 * Copies to the device on a separate stream, concurrently with the ops: the next batch is copied while this one is computed. Two
 * events keep order: a copy is not taken before it is complete, nor overwritten before it was taken.
 */
public final class CopyAhead implements AutoCloseable {
    private static final int SLOTS = 2;

    private final CudaContext context;
    private final DeviceCopies copies;
    private final Owned owned = new Owned();
    private final Raw.Stream stream = new Raw.Stream();
    private final CUevent copied = new CUevent();
    private final CUevent taken = new CUevent();
    private final Staging staging;

    public CopyAhead(CudaContext context, DeviceCopies copies) {
        this.context = context;
        this.copies = copies;
        try {
            context.check(JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING), "cuStreamCreate");
            owned.add(() -> JCudaDriver.cuStreamDestroy(stream));
            for (var event : new CUevent[] {copied, taken}) {
                context.check(JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DISABLE_TIMING), "cuEventCreate");
                owned.add(() -> JCudaDriver.cuEventDestroy(event));
            }
            staging = new Staging(context, stream, SLOTS);
            owned.add(staging::close);
        } catch (RuntimeException e) {
            owned.close();
            throw e;
        }
    }

    /** Begins to copy; the source may be reused when this returns. */
    public void upload(Tensor target, HostTensor source) {
        if (target.dtype() != source.dtype()
                || target.elements() != source.shape().elements()
                || !target.isDense()) {
            throw new IllegalArgumentException(
                    source.dtype() + " " + source.shape() + " does not fit " + target.dtype() + " " + target.shape());
        }
        context.requireNotCapturing("uploadAhead");
        context.attach();
        waitFor(stream, taken);
        staging.toDevice(target.memory().address(), source.data());
        context.check(JCudaDriver.cuEventRecord(copied, stream), "cuEventRecord, after uploadAhead");
    }

    /** {@code y = x} on the stream of the ops, once x is there. */
    public void take(Tensor y, Tensor x) {
        context.requireNotCapturing("take");
        context.attach();
        waitFor(context.stream(), copied);
        copies.copy(y, x);
        context.check(JCudaDriver.cuEventRecord(taken, context.stream()), "cuEventRecord, after take");
    }

    private void waitFor(Raw.Stream stream, CUevent event) {
        context.check(JCudaDriver.cuStreamWaitEvent(stream, event, 0), "cuStreamWaitEvent");
    }

    @Override
    public void close() {
        owned.close();
    }
}
