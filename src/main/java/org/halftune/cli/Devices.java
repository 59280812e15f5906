package org.halftune.cli;

import java.util.function.Consumer;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.problem.InputError;

/** Opens the device that was chosen. Only {@code auto} may take another one, and says so. */
final class Devices {
    private Devices() {}

    static Backend open(DeviceChoice choice, int threads, Consumer<String> notice) {
        return switch (choice) {
            case DeviceChoice.Cpu() -> CpuBackend.open(threads);
            case DeviceChoice.Cuda(int index) -> CudaBackend.open(index, notice);
            case DeviceChoice.Auto() -> auto(threads, notice);
        };
    }

    private static Backend auto(int threads, Consumer<String> notice) {
        try {
            var gpu = CudaBackend.open(0, notice);
            notice.accept("--device auto takes the GPU");
            return gpu;
        } catch (InputError e) {
            notice.accept("--device auto takes the CPU: " + e.what());
            return CpuBackend.open(threads);
        }
    }
}
