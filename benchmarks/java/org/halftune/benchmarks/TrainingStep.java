package org.halftune.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.hft.Freeze;
import org.halftune.hft.Selection;
import org.halftune.hft.Strategy;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.objective.SupervisedFineTuning;
import org.halftune.optim.AdamWConfig;
import org.halftune.session.StartingWeights;
import org.halftune.session.StepBatches;
import org.halftune.session.TrainingSession;
import org.halftune.session.TrainingSetup;
import org.jspecify.annotations.Nullable;

/** A model with random weights, ready to take training steps on random tokens: forward, backward, clip, AdamW. */
public final class TrainingStep implements AutoCloseable {
    static final AdamWConfig ADAM_W = new AdamWConfig(0.9, 0.95, 1e-8, 0.1, 1);

    /** Which parameters learn. */
    public enum Method {
        FFT,
        /** The paper's defaults: half of the layers' matrices; embeddings and head learn. */
        HFT,
        /** Half of the layers' matrices alone. */
        HFT_FROZEN_EMBEDDINGS;

        /** The names of the parameters that learn. */
        Set<String> trainable(LlamaConfig config) {
            return switch (this) {
                case FFT -> Selection.full(config).trainable();
                case HFT ->
                    Selection.draw(config, new Strategy.Category(0.5), Freeze.NOTHING, 0, 0)
                            .trainable();
                case HFT_FROZEN_EMBEDDINGS ->
                    Selection.draw(config, new Strategy.Category(0.5), new Freeze(true, true, false), 0, 0)
                            .trainable();
            };
        }
    }

    /**
     * What a step is made of.
     *
     * @param sequences in a batch
     * @param length tokens of a sequence
     * @param batches whose gradients add up to one step
     */
    record Work(int sequences, int length, int batches, Recomputation recomputation) {
        int tokens() {
            return sequences * length * batches;
        }

        Capacity capacity() {
            return new Capacity(sequences * length, sequences);
        }
    }

    private final LlamaConfig config;
    private final Work work;
    private final TrainingSession session;
    private final Random random = new Random(1);
    private @Nullable StepBatches upcoming;

    /** One batch a step, as the preset has it. */
    public TrainingStep(Backend backend, Preset preset, Method method) {
        this(backend, preset.config(), method, new Work(preset.sequences(), preset.length(), 1, Recomputation.CHEAP));
    }

    TrainingStep(Backend backend, LlamaConfig config, Method method, Work work) {
        this(backend, config, method.trainable(config), ADAM_W, work);
    }

    TrainingStep(Backend backend, LlamaConfig config, Set<String> trainable, AdamWConfig adamW, Work work) {
        this.config = config;
        this.work = work;
        var setup = new TrainingSetup(
                config, trainable, work.capacity(), work.recomputation(), adamW, new SupervisedFineTuning());
        try (var drawn = new DrawnWeights(config)) {
            session = TrainingSession.open(backend, setup, new StartingWeights.Stored(drawn));
        }
    }

    /**
     * One optimizer step on fresh random tokens, to its end on the device; those of the next are drawn and copied meanwhile, as in
     * training. Returns the loss.
     */
    public double step() {
        var batches = upcoming == null ? draw() : upcoming;
        return session.step(batches, 1e-4, () -> upcoming = draw()).loss();
    }

    private StepBatches draw() {
        var batches = new ArrayList<Batch>();
        for (int b = 0; b < work.batches(); b++) {
            var rows = new ArrayList<int[]>();
            for (int s = 0; s < work.sequences(); s++) {
                var row = new int[work.length()];
                Arrays.setAll(row, _ -> random.nextInt(config.vocabSize()));
                rows.add(row);
            }
            batches.add(Batch.of(rows, rows));
        }
        return session.batches(batches);
    }

    @Override
    public void close() {
        session.close();
    }
}
