package org.halftune.backend.cuda.launch;

import jcuda.driver.CUfunction_attribute;
import jcuda.driver.JCudaDriver;
import org.halftune.backend.cuda.driver.CudaContext;
import org.halftune.backend.cuda.driver.Raw;
import org.jspecify.annotations.Nullable;

/** One compiled kernel, ready to be launched. */
public final class Kernel {
    /** Shared memory that a block may have without asking. */
    private static final int SHARED_BYTES_FOR_ALL = 48 << 10;

    private final String name;
    private final Raw.Function function;
    private final byte @Nullable [] parameterSizes;
    private final CudaContext context;
    private int sharedLimit = SHARED_BYTES_FOR_ALL;
    private long launches;

    /** @param parameterSizes null: unknown, nothing can be checked */
    Kernel(String name, Raw.Function function, byte @Nullable [] parameterSizes, CudaContext context) {
        this.name = name;
        this.function = function;
        this.parameterSizes = parameterSizes;
        this.context = context;
    }

    /** Allows a block this much dynamic shared memory; asks the driver where it is more than before. */
    void allowShared(int bytes) {
        if (bytes <= sharedLimit) return;
        var device = context.device();
        if (bytes > device.sharedBytesPerBlock()) {
            throw new IllegalArgumentException(name + " asks for " + bytes + " bytes of shared memory, " + device.name()
                    + " has " + device.sharedBytesPerBlock() + " a block");
        }
        context.attach();
        context.check(
                JCudaDriver.cuFuncSetAttribute(
                        function, CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes),
                "cuFuncSetAttribute of " + name + " to " + bytes + " bytes of shared memory");
        sharedLimit = bytes;
    }

    String name() {
        return name;
    }

    Raw.Function function() {
        return function;
    }

    byte @Nullable [] parameterSizes() {
        return parameterSizes;
    }

    void launched() {
        launches++;
    }

    long launches() {
        return launches;
    }
}
