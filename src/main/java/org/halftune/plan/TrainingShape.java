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
import org.halftune.optim.GradientConstraint;
import org.halftune.problem.InputError;

/**
 * The sizes of a training step, with rows of equal length.
 *
 * @param rows per batch
 * @param rowTokens tokens per row
 * @param batches per step
 * @param memories that constrain the gradient
 */
public record TrainingShape(
        LlamaConfig config, int rows, int rowTokens, int batches, AdamWConfig adamW, Memories memories) {
    /** Coprime to every vocabulary size that is not a multiple of it, so that ids rarely repeat. */
    private static final int STRIDE = 7919;

    /**
     * The memories of earlier tasks (GEM).
     *
     * @param count earlier tasks
     * @param asked rows that a step reads of each memory, as one batch; 0: as many as a batch of the step has
     */
    public record Memories(int count, int asked) {
        public static final Memories NONE = new Memories(0, 0);

        /** The last task of a sequence has the memories of all others. */
        public static Memories ofLast(int tasks, int asked) {
            return new Memories(tasks - 1, asked);
        }
    }

    /** Without memories. */
    public TrainingShape(LlamaConfig config, int rows, int rowTokens, int batches, AdamWConfig adamW) {
        this(config, rows, rowTokens, batches, adamW, Memories.NONE);
    }

    /** The same step in other batches. */
    TrainingShape cut(int otherRows, int otherBatches) {
        return new TrainingShape(config, otherRows, rowTokens, otherBatches, adamW, memories);
    }

    public TrainingShape {
        int most = Math.max(rows, memories.asked);
        if ((long) most * rowTokens > Integer.MAX_VALUE / 4) {
            throw new InputError(
                    Amounts.counted(most, "row") + " of " + Amounts.counted(rowTokens, "token")
                            + " are too many for one batch",
                    "",
                    rows < most
                            ? "lower --gem_batch"
                            : "lower --per_device_train_batch_size, and raise --gradient_accumulation_steps instead");
        }
    }

    /** Tokens of a batch. */
    public int batchTokens() {
        return rows * rowTokens;
    }

    /** Tokens that a step reads, those of memories included. */
    public long stepTokens() {
        return (long) batchTokens() * batches + (long) memories.count * memoryRows() * rowTokens;
    }

    /** Rows that a step reads of each memory; 0 without memories. */
    public int memoryRows() {
        if (memories.count == 0) return 0;
        return memories.asked > 0 ? memories.asked : rows;
    }

    /** What the memories ask of a session. The strength changes neither memory nor time. */
    public GradientConstraint constraint() {
        return memories.count == 0
                ? new GradientConstraint.None()
                : new GradientConstraint.EpisodicMemory(
                        memories.count, GradientConstraint.EpisodicMemory.USUAL_STRENGTH);
    }

    /** Of the largest batch. */
    public Capacity capacity() {
        int most = Math.max(rows, memoryRows());
        return new Capacity(most * rowTokens, most);
    }

    /**
     * The batches of a step, of ids as different as the vocabulary allows: in text they repeat, and the embedding's gradient touches
     * fewer rows.
     */
    List<Batch> stepBatches() {
        return Collections.nCopies(batches, batch(rows));
    }

    /** Those of each memory. */
    List<List<Batch>> memoryBatches() {
        return memories.count == 0 ? List.of() : Collections.nCopies(memories.count, List.of(batch(memoryRows())));
    }

    private Batch batch(int rows) {
        var ids = new ArrayList<int[]>();
        for (int row = 0; row < rows; row++) {
            long first = (long) row * rowTokens;
            ids.add(IntStream.range(0, rowTokens)
                    .map(i -> (int) ((first + i) * STRIDE % config.vocabSize()))
                    .toArray());
        }
        return Batch.of(ids, ids);
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
