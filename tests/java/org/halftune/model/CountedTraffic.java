package org.halftune.model;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.cudaoncpu.CudaOnCpu;

/**
 * The program that {@link TrafficTest} starts on the emulated driver that counts what kernels read and write: a line for each counter
 * of each training's first step, which launches what all others do.
 */
final class CountedTraffic {
    private CountedTraffic() {}

    public static void main(String[] arguments) {
        try (var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8)) {
            SmallTraining.all().forEach(training -> print(training, out));
        }
    }

    private static void print(SmallTraining training, PrintWriter out) {
        CudaOnCpu.reset();
        try (var backend = CudaBackend.open(0)) {
            training.on(
                    backend,
                    1,
                    () -> {
                        backend.synchronize();
                        CudaOnCpu.resetCounters();
                    },
                    () -> {
                        backend.synchronize();
                        CudaOnCpu.counters()
                                .forEach((name, count) -> out.println(training.name() + "\t" + name + "\t" + count));
                    });
        }
    }
}
