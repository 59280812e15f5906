package org.halftune.model;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.halftune.backend.Backend;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.cudaoncpu.CudaOnCpu;

/**
 * The program that {@link TrafficTest} starts on the emulated driver that counts what kernels read and write: a line for each counter
 * of each training's first step, which launches what all others do, and of each generation.
 */
final class CountedTraffic {
    private CountedTraffic() {}

    public static void main(String[] arguments) {
        try (var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8)) {
            SmallTraining.all()
                    .forEach(training -> print(
                            out, training.name(), (backend, before, after) -> training.on(backend, 1, before, after)));
            SmallGeneration.all().forEach(generation -> print(out, generation.name(), generation::on));
        }
    }

    /** Work on a backend with something to do before and after what is counted. */
    @FunctionalInterface
    private interface Counted {
        void on(Backend backend, Runnable before, Runnable after);
    }

    private static void print(PrintWriter out, String title, Counted work) {
        CudaOnCpu.reset();
        try (var backend = CudaBackend.open(0)) {
            work.on(
                    backend,
                    () -> {
                        backend.synchronize();
                        CudaOnCpu.resetCounters();
                    },
                    () -> {
                        backend.synchronize();
                        CudaOnCpu.counters().forEach((name, count) -> out.println(title + "\t" + name + "\t" + count));
                    });
        }
    }
}
