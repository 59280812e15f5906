package org.halftune.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.halftune.backend.Backend;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.model.WeightSource;
import org.halftune.optim.AdamWConfig;
import org.halftune.optim.GradientConstraint;
import org.halftune.plan.StepKind.ReferenceModel;
import org.halftune.problem.InputError;
import org.halftune.session.StartingWeights;
import org.halftune.session.TrainingSetup;
import org.halftune.train.memory.MemoryPlan;

/**
 * The sizes of a training step, with sequences of equal length in which every token has a loss.
 *
 * @param rows per batch; of preferences, pairs
 * @param rowTokens tokens per sequence: of a row, or of each side of a pair
 * @param batches per step
 */
public record TrainingShape(
        LlamaConfig config, int rows, int rowTokens, int batches, AdamWConfig adamW, StepKind kind) {
    /** Coprime to every vocabulary size that is not a multiple of it, so that ids rarely repeat. */
    private static final int STRIDE = 7919;

    /** Positions are 32-bit integers. */
    private static final int MOST_TOKENS = Integer.MAX_VALUE / 4;

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

    /** Supervised, without memories. */
    public TrainingShape(LlamaConfig config, int rows, int rowTokens, int batches, AdamWConfig adamW) {
        this(config, rows, rowTokens, batches, adamW, new StepKind.Supervised(Memories.NONE));
    }

    /** The same step in other batches. */
    TrainingShape cut(int otherRows, int otherBatches) {
        return new TrainingShape(config, otherRows, rowTokens, otherBatches, adamW, kind);
    }

    /** The same sizes for another kind of step. */
    TrainingShape of(StepKind other) {
        return new TrainingShape(config, rows, rowTokens, batches, adamW, other);
    }

    /** Whether a batch of that many rows can be laid out at all. */
    boolean canHold(int otherRows) {
        return (long) otherRows * kind.sequences() * rowTokens <= MOST_TOKENS;
    }

    public TrainingShape {
        int most = Math.max(rows, kind.memories().asked);
        if ((long) most * kind.sequences() * rowTokens > MOST_TOKENS) {
            throw new InputError(
                    kind.counted(most, rowTokens) + " are too many for one batch",
                    "",
                    rows < most
                            ? "lower --gem_batch"
                            : "lower --per_device_train_batch_size, and raise --gradient_accumulation_steps instead");
        }
    }

    /** Memories that constrain the gradient. */
    Memories memories() {
        return kind.memories();
    }

    /** Tokens of a batch. */
    public int batchTokens() {
        return rows * kind.sequences() * rowTokens;
    }

    /** Tokens that a step reads, those of memories included. */
    public long stepTokens() {
        return (long) batchTokens() * batches + (long) memories().count * memoryRows() * rowTokens;
    }

    /** Rows that a step reads of each memory; 0 without memories. */
    public int memoryRows() {
        if (memories().count == 0) return 0;
        return memories().asked > 0 ? memories().asked : rows;
    }

    /** What the memories ask of a session. The strength changes neither memory nor time. */
    private GradientConstraint constraint() {
        int count = memories().count;
        return count == 0
                ? new GradientConstraint.None()
                : new GradientConstraint.EpisodicMemory(count, GradientConstraint.EpisodicMemory.USUAL_STRENGTH);
    }

    /** Of the largest batch. */
    Capacity capacity() {
        int most = Math.max(rows, memoryRows()) * kind.sequences();
        return new Capacity(most * rowTokens, most);
    }

    /**
     * What a session that takes this step is laid out for.
     *
     * @param reference the weights of a reference model; where nothing is computed, shapes are enough
     */
    TrainingSetup setup(Set<String> trainable, Recomputation recomputation, WeightSource reference) {
        return new TrainingSetup(
                config, trainable, capacity(), recomputation, adamW, kind.objective(config, reference), constraint());
    }

    /** The memory of that session. Nothing is allocated on the backend. */
    public MemoryPlan memory(Set<String> trainable, Recomputation recomputation, Backend backend) {
        var reference = StartingWeights.unfilled(config, backend.storage());
        return MemoryPlan.of(setup(trainable, recomputation, reference), backend);
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
        int count = memories().count;
        return count == 0 ? List.of() : Collections.nCopies(count, List.of(batch(memoryRows())));
    }

    private Batch batch(int rows) {
        var ids = new ArrayList<int[]>();
        for (int sequence = 0; sequence < rows * kind.sequences(); sequence++) {
            long first = (long) sequence * rowTokens;
            ids.add(IntStream.range(0, rowTokens)
                    .map(i -> (int) ((first + i) * STRIDE % config.vocabSize()))
                    .toArray());
        }
        var batch = Batch.of(ids, ids);
        boolean given = kind.equals(new StepKind.Preferences(ReferenceModel.PRECOMPUTED));
        return given ? batch.withReference(new float[ids.size()]) : batch;
    }

    /**
     * Floating-point operations that the model needs per token, without recomputation (as in nanoGPT and in appendix B of PaLM, arXiv
     * 2204.02311, but with the causal half of attention): {@code 4·P + 2·P_trainable + 6·layers·N·D·length}, where P leaves out
     * an embedding that is only looked up. A reference model adds its forward pass, {@code 2·P + 2·layers·N·D·length}.
     *
     * @param trainable number of trainable parameters among those counted
     */
    double operationsOfToken(long counted, long trainable) {
        double attention = 2.0 * config.layers() * config.queryWidth() * rowTokens;
        double reference = kind.runsReference() ? 2.0 * counted + attention : 0;
        return 4.0 * counted + 2.0 * trainable + 3 * attention + reference;
    }
}
