package org.halftune.benchmarks;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.benchmarks.TrainingStep.Work;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.optim.AdamWConfig;
import org.halftune.problem.InputError;
import org.halftune.train.memory.MemoryPlan;
import org.halftune.train.memory.StepCuts;

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
        var cuts = new StepCuts(rows, ladder, (sequences, recomputation) -> {
            if (sequences * length > Math.max(MOST, length)) return Long.MAX_VALUE;
            var capacity = new Capacity(sequences * length, sequences);
            return MemoryPlan.of(config, trainable, capacity, recomputation, adamW, backend)
                    .total();
        });
        int least = Math.min(tokens, LEAST);
        return cuts.fitting((long) (0.95 * backend.availableBytes())).stream()
                .filter(cut -> cut.rows() * length >= least || cut.recomputation() == ladder.getLast())
                .findFirst()
                .map(cut -> new Work(cut.rows(), length, cut.batches(), cut.recomputation()));
    }
}
