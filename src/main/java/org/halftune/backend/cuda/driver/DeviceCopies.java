package org.halftune.backend.cuda.driver;

import jcuda.driver.JCudaDriver;
import org.halftune.backend.Tensor;

/** Memory set and copied by the device itself, without a kernel of ours. */
public final class DeviceCopies {
    private final CudaContext context;

    public DeviceCopies(CudaContext context) {
        this.context = context;
    }

    /** Sets all bytes to zero. */
    public void zero(Tensor x) {
        requireDense(x);
        long bytes = x.memory().byteSize();
        if (bytes == 0) return;
        context.attach();
        context.check(
                JCudaDriver.cuMemsetD8Async(Raw.device(x.memory().address()), (byte) 0, bytes, context.stream()),
                "cuMemsetD8Async of " + bytes + " bytes");
    }

    /** {@code y = x}, of the same type and size. */
    public void copy(Tensor y, Tensor x) {
        if (y.dtype() != x.dtype() || y.elements() != x.elements()) {
            throw new IllegalArgumentException(
                    "copy of " + x.dtype() + " " + x.shape() + " to " + y.dtype() + " " + y.shape());
        }
        requireDense(x);
        requireDense(y);
        long bytes = x.memory().byteSize();
        if (bytes == 0) return;
        context.attach();
        context.check(
                JCudaDriver.cuMemcpyDtoDAsync(
                        Raw.device(y.memory().address()), Raw.device(x.memory().address()), bytes, context.stream()),
                "cuMemcpyDtoDAsync of " + bytes + " bytes");
    }

    private static void requireDense(Tensor x) {
        if (!x.isDense()) throw new IllegalArgumentException("rows of " + x.shape() + " do not lie together");
    }
}
