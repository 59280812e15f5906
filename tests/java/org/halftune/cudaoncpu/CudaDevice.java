package org.halftune.cudaoncpu;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The device that tests marked {@link OnCuda} run on: a real GPU, which has an order of its own and no counters, or the
 * emulation, where the order is chosen and everything is counted.
 */
public final class CudaDevice {
    private CudaDevice() {}

    public static boolean isEmulated() {
        return CudaOnCpu.isLoadable();
    }

    /** Threads, blocks and copies as every process begins with them; no more than a wish on a real device. */
    public static void usualOrder() {
        if (isEmulated()) CudaOnCpu.reset();
    }

    /**
     * Asks for another order.
     *
     * @param threads "forward", "reverse" or "random": of the threads of a block, and of blocks
     * @param copies "late" or "early": when asynchronous copies to shared memory arrive
     */
    public static void order(String threads, String copies) {
        if (!isEmulated()) return;
        CudaOnCpu.set("order", threads);
        CudaOnCpu.set("copies", copies);
    }

    /** Asks for streams that run their work only when somebody waits for it. */
    public static void lateStreams() {
        if (isEmulated()) CudaOnCpu.set("streams", "late");
    }

    /** Everything was given back to the device, as far as it tells. */
    public static void assertNothingIsHeld() {
        if (isEmulated()) assertThat(CudaOnCpu.count("outstanding bytes")).isZero();
    }
}
