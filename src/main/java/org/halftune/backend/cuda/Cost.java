package org.halftune.backend.cuda;

import org.halftune.backend.cost.Traffic;
import org.halftune.backend.cost.Work;

/**
 * What one launch costs. For the terms see {@link Work.Kernel}.
 *
 * @param asked bytes that the kernel's blocks ask the memory system for
 * @param moved bytes that must pass the bus to the device's memory
 * @param tensorOperations floating-point operations of the tensor cores
 */
record Cost(Traffic asked, long moved, double tensorOperations) {

    /** Of a kernel whose every access goes to memory. */
    static Cost ofMemory(long read, long written) {
        return ofMemory(read, written, read + written);
    }

    /** Of a kernel without products of matrices. */
    static Cost ofMemory(long read, long written, long moved) {
        return new Cost(new Traffic(read, written), moved, 0);
    }
}
