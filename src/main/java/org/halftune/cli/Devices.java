package org.halftune.cli;

import java.util.function.Consumer;
import org.halftune.backend.Backend;
import org.halftune.backend.DeviceFailure;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.backend.cuda.CudaProbe;
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

    /** The first GPU that opens; a GPU that is there and does not is worth a line. */
    private static Backend auto(int threads, Consumer<String> notice) {
        int count;
        try {
            count = CudaProbe.deviceCount();
        } catch (InputError e) {
            return cpu(threads, notice, e.what());
        } catch (DeviceFailure e) {
            return cpu(threads, notice, e.what());
        }
        var why = "there is no GPU";
        for (int i = 0; i < count; i++) {
            try {
                var gpu = CudaBackend.open(i, notice);
                notice.accept("--device auto takes the GPU" + (count == 1 ? "" : " cuda:" + i + " of " + count) + ": "
                        + (i == 0 ? "it can be used" : "the first that can be used"));
                return gpu;
            } catch (InputError e) {
                why = e.what();
            } catch (DeviceFailure e) {
                why = e.what();
            }
            if (count > 1) notice.accept("--device auto cannot use cuda:" + i + ": " + why);
        }
        return cpu(threads, notice, why);
    }

    private static Backend cpu(int threads, Consumer<String> notice, String why) {
        notice.accept("--device auto takes the CPU: " + why);
        return CpuBackend.open(threads);
    }
}
