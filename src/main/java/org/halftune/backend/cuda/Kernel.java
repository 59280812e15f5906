package org.halftune.backend.cuda;

import jcuda.driver.CUfunction_attribute;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/** One compiled kernel, ready to be launched. */
final class Kernel {
    /** What a block may have without asking. */
    private static final int SHARED_BYTES_FOR_ALL = 48 << 10;

    private final String name;
    private final Raw.Function function;
    private final byte @Nullable [] parameterSizes;
    private final Device device;
    private final Launch launch;
    private int sharedLimit = SHARED_BYTES_FOR_ALL;
    private long launches;

    /** @param parameterSizes null: unknown, nothing can be checked */
    Kernel(String name, Raw.Function function, byte @Nullable [] parameterSizes, Device device, Launch launch) {
        this.name = name;
        this.function = function;
        this.parameterSizes = parameterSizes;
        this.device = device;
        this.launch = launch;
    }

    /**
     * Begins a launch: give every argument in the order of the kernel's parameters, then {@link Launch#run}. A grid without
     * blocks is no launch at all, so ops need not ask whether there are tokens.
     *
     * @param blockX threads of a block
     * @param sharedBytes dynamic shared memory of a block
     */
    Launch launch(long gridX, int gridY, int gridZ, int blockX, int sharedBytes) {
        if (sharedBytes > sharedLimit) raiseSharedLimit(sharedBytes);
        return launch.begin(this, Math.toIntExact(gridX), gridY, gridZ, blockX, sharedBytes);
    }

    private void raiseSharedLimit(int bytes) {
        if (bytes > device.sharedBytesPerBlock()) {
            throw new IllegalArgumentException(name + " asks for " + bytes + " bytes of shared memory, " + device.name()
                    + " has " + device.sharedBytesPerBlock() + " a block");
        }
        launch.context()
                .check(
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
