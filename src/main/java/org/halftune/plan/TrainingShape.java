package org.halftune.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.halftune.console.Amounts;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.optim.AdamWConfig;
import org.halftune.problem.InputError;

/**
 * A training step by its sizes alone. All rows are full.
 *
 * @param rows of a batch
 * @param rowTokens tokens of a row
 * @param batches of a step
 */
public record TrainingShape(LlamaConfig config, int rows, int rowTokens, int batches, AdamWConfig adamW) {
    /** Coprime to every vocabulary that is not a multiple of it, so that ids seldom repeat. */
    private static final int STRIDE = 7919;

    public TrainingShape {
        if ((long) rows * rowTokens > Integer.MAX_VALUE / 4) {
            throw new InputError(
                    Amounts.counted(rows, "row") + " of " + Amounts.counted(rowTokens, "token")
                            + " are too much for one batch",
                    "",
                    "lower --per_device_train_batch_size, and raise --gradient_accumulation_steps instead");
        }
    }

    /** Tokens of a batch. */
    public int batchTokens() {
        return rows * rowTokens;
    }

    /** Tokens of a step. */
    public long stepTokens() {
        return (long) batchTokens() * batches;
    }

    Capacity capacity() {
        return new Capacity(batchTokens(), rows);
    }

    /**
     * The batches of a step, of ids as different as the vocabulary allows: in text they repeat, and the embedding's gradient touches
     * fewer rows.
     */
    List<Batch> stepBatches() {
        var ids = new ArrayList<int[]>();
        for (int row = 0; row < rows; row++) {
            long first = (long) row * rowTokens;
            ids.add(IntStream.range(0, rowTokens)
                    .map(i -> (int) ((first + i) * STRIDE % config.vocabSize()))
                    .toArray());
        }
        return Collections.nCopies(batches, Batch.of(ids, ids));
    }

    /**
     * Floating-point operations that the model needs for a token, whatever the program does (as in nanoGPT and in appendix B of PaLM,
     * arXiv 2204.02311, but with the causal half of attention): {@code 4·P + 2·P_trainable + 6·layers·N·D·length}, where P leaves out
     * an embedding that is only looked up.
     *
     * @param trainable parameters, of those that count
     */
    double operationsOfToken(long counted, long trainable) {
        double attention = 6.0 * config.layers() * config.queryWidth() * rowTokens;
        return 4.0 * counted + 2.0 * trainable + attention;
    }
}
