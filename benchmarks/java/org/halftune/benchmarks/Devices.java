package org.halftune.benchmarks;

import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.backend.cuda.CudaBackend;

/** The device that a benchmark was told to run on. */
final class Devices {
    private Devices() {}

    /**
     * Opens it.
     *
     * @param name {@code cpu}, {@code cuda} or {@code cuda:N}
     * @param threads of the CPU
     */
    static Backend open(String name, int threads) {
        if (name.equals("cpu")) return CpuBackend.open(threads);
        if (name.equals("cuda")) return CudaBackend.open(0);
        if (name.matches("cuda:\\d+")) return CudaBackend.open(Integer.parseInt(name.substring("cuda:".length())));
        throw new IllegalArgumentException("no device " + name + ": cpu, cuda or cuda:N");
    }

    /** Whether a backend's description is that of CUDA on the CPU, whose times say nothing. */
    static boolean isEmulated(String description) {
        return description.contains("CUDA on the CPU");
    }
}
