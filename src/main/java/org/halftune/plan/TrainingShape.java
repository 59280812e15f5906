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
 * The sizes of a training step, with rows of equal length.
 *
 * @param rows per batch
 * @param rowTokens tokens per row
 * @param batches per step
 */
public record TrainingShape(LlamaConfig config, int rows, int rowTokens, int batches, AdamWConfig adamW) {
    /** Coprime to every vocabulary size that is not a multiple of it, so that ids rarely repeat. */
    private static final int STRIDE = 7919;

    public TrainingShape {
        if ((long) rows * rowTokens > Integer.MAX_VALUE / 4) {
            throw new InputError(
                    Amounts.counted(rows, "row") + " of " + Amounts.counted(rowTokens, "token")
                            + " are too many for one batch",
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
     * Floating-point operations that the model needs per token, without recomputation (as in nanoGPT and in appendix B of PaLM, arXiv
     * 2204.02311, but with the causal half of attention): {@code 4·P + 2·P_trainable + 6·layers·N·D·length}, where P leaves out
     * an embedding that is only looked up.
     *
     * @param trainable number of trainable parameters among those counted
     */
    double operationsOfToken(long counted, long trainable) {
        double attention = 6.0 * config.layers() * config.queryWidth() * rowTokens;
        return 4.0 * counted + 2.0 * trainable + attention;
    }
}
