package org.halftune.backend.cuda.launch;

import org.halftune.backend.cost.Traffic;
import org.halftune.backend.cost.Work;

/**
 * What one launch costs. For the terms see {@link Work.KernelRun}.
 *
 * @param asked bytes that the kernel's blocks ask the memory system for
 * @param moved bytes that must pass the bus to the device's memory
 * @param tensorOperations floating-point operations of the tensor cores
 */
public record Cost(Traffic asked, long moved, double tensorOperations) {

    /** Of a kernel whose every access goes to memory. */
    public static Cost ofMemory(long read, long written) {
        return ofMemory(read, written, read + written);
    }

    /** Of a kernel without products of matrices. */
    public static Cost ofMemory(long read, long written, long moved) {
        return new Cost(new Traffic(read, written), moved, 0);
    }
}
