package org.halftune.cudaoncpu;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The device that tests marked {@link OnCuda} run on: a real GPU, which has its own order and no counters, or the
 * emulation, where tests choose the order and read counters.
 */
public final class CudaDevice {
    private CudaDevice() {}

    public static boolean isEmulated() {
        return CudaOnCpu.isLoadable();
    }

    /** The default order of threads, blocks and copies; without effect on a real device. */
    public static void usualOrder() {
        if (isEmulated()) CudaOnCpu.reset();
    }

    /**
     * Sets the order; without effect on a real device.
     *
     * @param threads "forward", "reverse" or "random": of the threads of a block, and of blocks
     * @param copies "late" or "early": when asynchronous copies to shared memory arrive
     */
    public static void order(String threads, String copies) {
        if (!isEmulated()) return;
        CudaOnCpu.set("order", threads);
        CudaOnCpu.set("copies", copies);
    }

    /** Makes streams run their work only when the host waits for it; without effect on a real device. */
    public static void lateStreams() {
        if (isEmulated()) CudaOnCpu.set("streams", "late");
    }

    /** Asserts that all device memory is freed, where the device counts it. */
    public static void assertNothingIsHeld() {
        if (isEmulated()) assertThat(CudaOnCpu.count("outstanding bytes")).isZero();
    }
}
