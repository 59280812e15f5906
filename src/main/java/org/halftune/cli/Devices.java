package org.halftune.cli;

import java.util.function.Consumer;
import org.halftune.backend.Backend;
import org.halftune.backend.DeviceFailure;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.backend.cuda.CudaProbe;
import org.halftune.problem.InputError;

/** Opens the chosen device. Only {@code auto} falls back to another device, with a notice. */
final class Devices {
    private Devices() {}

    static Backend open(DeviceChoice choice, int threads, Consumer<String> notice) {
        return switch (choice) {
            case DeviceChoice.Cpu() -> CpuBackend.open(threads);
            case DeviceChoice.Cuda(int index) -> CudaBackend.open(index, notice);
            case DeviceChoice.Auto() -> auto(threads, notice);
        };
    }

    /** The first GPU that opens. Each one that does not is reported. */
    private static Backend auto(int threads, Consumer<String> notice) {
        int count;
        try {
            count = CudaProbe.deviceCount();
        } catch (InputError e) {
            return cpu(threads, notice, e.what());
        } catch (DeviceFailure e) {
            return cpu(threads, notice, e.what());
        }
        var why = "no GPU was found";
        for (int i = 0; i < count; i++) {
            try {
                var gpu = CudaBackend.open(i, notice);
                notice.accept("--device auto: using "
                        + (count == 1 ? "the GPU" : "GPU cuda:" + i + " (" + count + " GPUs found)"));
                return gpu;
            } catch (InputError e) {
                why = e.what();
            } catch (DeviceFailure e) {
                why = e.what();
            }
            if (count > 1) notice.accept("--device auto: cuda:" + i + " is not usable: " + why);
        }
        return cpu(threads, notice, why);
    }

    private static Backend cpu(int threads, Consumer<String> notice, String why) {
        notice.accept("--device auto: using the CPU: " + why);
        return CpuBackend.open(threads);
    }
}
