package org.halftune.benchmarks;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.model.Weights;
import org.halftune.pretrained.PretrainedFolder;

/**
 * How long a model folder takes from opening to weights in memory, checked for NaN, in a fresh process; then again, warm.
 *
 * <p>{@code Loading FOLDER [THREADS]}
 */
public final class Loading {
    private Loading() {}

    public static void main(String[] arguments) {
        int threads = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 2;
        for (var when : new String[] {"first", "again"}) {
            long start = System.nanoTime();
            try (var backend = CpuBackend.open(threads);
                    var folder = PretrainedFolder.open(Path.of(arguments[0]));
                    var _ = Weights.load(backend, folder.config(), Set.of(), folder.source())) {
                System.out.printf(Locale.ROOT, "%s: %.2f s%n", when, 1e-9 * (System.nanoTime() - start));
            }
        }
    }
}
