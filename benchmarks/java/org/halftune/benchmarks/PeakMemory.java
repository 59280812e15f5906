package org.halftune.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.halftune.backend.cpu.CpuBackend;

/**
 * Takes three training steps of one method in a process of its own and prints what it held at most: as the backend counts
 * it, and as the system does (resident set, Linux).
 *
 * <p>{@code PeakMemory PRESET METHOD [THREADS]}
 */
public final class PeakMemory {
    private PeakMemory() {}

    public static void main(String[] arguments) throws IOException {
        var preset = Preset.named(arguments[0]);
        var method = TrainingStep.Method.valueOf(arguments[1].toUpperCase(Locale.ROOT));
        int threads = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 2;
        try (var backend = CpuBackend.open(threads);
                var training = new TrainingStep(backend, preset, method)) {
            for (int step = 0; step < 3; step++) training.step();
            System.out.printf(
                    Locale.ROOT,
                    "%s %s: %.0f MB counted, %.0f MB resident at the peak%n",
                    preset,
                    method,
                    backend.memory().peak() / 1e6,
                    residentPeak() / 1e6);
        }
    }

    private static double residentPeak() throws IOException {
        for (var line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) return 1024.0 * Long.parseLong(line.replaceAll("\\D", ""));
        }
        return Double.NaN;
    }
}
