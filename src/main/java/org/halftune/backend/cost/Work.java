package org.halftune.backend.cost;

/**
 * One piece of work for a device. A multiply-add counts as two operations; bytes are of device memory.
 */
public sealed interface Work {

    /**
     * A launch of one of our kernels.
     *
     * @param asked bytes that its blocks ask the memory system for. Within a block a byte counts once between two barriers, since
     *     registers and the first-level cache serve the repeats; blocks are counted separately
     * @param moved bytes that must pass the bus to the device's memory: every operand once, and a second pass over data that no
     *     cache holds meanwhile
     * @param tensorOperations floating-point operations of the tensor cores, those on tiles' masked or empty parts too
     * @param blocks of the grid; a few cannot use the whole memory bandwidth
     */
    record KernelRun(String name, Traffic asked, long moved, double tensorOperations, long blocks) implements Work {}

    /**
     * A product by the library, {@code C [m,n] = A [m,k]·B [k,n]} or {@code C += A·B}, as BLAS counts them.
     *
     * @param use which of a linear layer's three products it is
     * @param traffic each operand once
     */
    record Product(Use use, int m, int n, int k, Traffic traffic) implements Work {
        public double operations() {
            return 2.0 * m * n * k;
        }
    }

    /** What a product is for. */
    enum Use {
        FORWARD,
        INPUT_GRADIENT,
        WEIGHT_GRADIENT
    }

    /** A copy by the driver. */
    record Copy(Route route, long bytes) implements Work {}

    /** Source and target of a copy. */
    enum Route {
        HOST_TO_DEVICE,
        DEVICE_TO_HOST,
        DEVICE_TO_DEVICE
    }

    /** Memory set to one byte by the driver. */
    record Fill(long bytes) implements Work {}
}
