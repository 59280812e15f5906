package org.halftune.benchmarks;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.benchmarks.TrainingStep.Work;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.optim.AdamWConfig;
import org.halftune.problem.InputError;
import org.halftune.train.MemoryPlan;

/**
 * How a step's tokens are cut into batches on a device: as little recomputation as fits, then batches as large as fit.
 *
 * @param trainable names of the parameters that learn
 * @param length tokens of a row
 */
record FittingWork(LlamaConfig config, Set<String> trainable, AdamWConfig adamW, int length) {
    /** Gradients that add up cost traffic once a batch, so a batch should have this many tokens where memory allows. */
    private static final int LEAST = 8192;

    private static final int MOST = 32_768;

    /**
     * The work of a step, or empty if not even one row at a time fits.
     *
     * @param tokens of a step
     * @param ladder recomputation to choose from, the preferred first
     * @throws InputError if {@code tokens} are not whole rows, or the backend cannot train this model in this precision
     */
    Optional<Work> on(Backend backend, int tokens, List<Recomputation> ladder) {
        if (tokens < 1 || length < 1 || tokens % length != 0) {
            throw new InputError(
                    tokens + " tokens are not rows of " + length,
                    "",
                    "give a number of tokens that the row length divides");
        }
        int rows = tokens / length;
        double room = 0.95 * backend.availableBytes();
        for (var recomputation : ladder) {
            int least = recomputation == ladder.getLast() ? 1 : Math.min(tokens, LEAST);
            for (int sequences = rows; sequences > 0; sequences--) {
                int batch = sequences * length;
                if (rows % sequences != 0 || batch > Math.max(MOST, length)) continue;
                if (batch < least) break;
                var work = new Work(sequences, length, rows / sequences, recomputation);
                if (bytes(backend, work) < room) return Optional.of(work);
            }
        }
        return Optional.empty();
    }

    private long bytes(Backend backend, Work work) {
        return MemoryPlan.of(config, trainable, work.capacity(), work.recomputation(), adamW, backend)
                .total();
    }
}
