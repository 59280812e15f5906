package org.halftune.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.halftune.backend.Backend;
import org.halftune.hft.Freeze;
import org.halftune.hft.Selection;
import org.halftune.hft.Strategy;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.Llama;
import org.halftune.model.Parameters;
import org.halftune.model.Recomputation;
import org.halftune.model.Weights;
import org.halftune.optim.AdamW;
import org.halftune.optim.AdamWConfig;
import org.halftune.train.TrainStep;
import org.halftune.train.Window;

/** A model with random weights, ready to take training steps on random tokens: forward, backward, clip, AdamW. */
public final class TrainingStep implements AutoCloseable {
    /** Which parameters learn. */
    public enum Method {
        FFT,
        /** The paper's defaults: half of the layers' matrices; embeddings and head learn. */
        HFT,
        /** Half of the layers' matrices alone. */
        HFT_FROZEN_EMBEDDINGS
    }

    private final Preset preset;
    private final Weights weights;
    private final Parameters parameters;
    private final AdamW optimizer;
    private final TrainStep step;
    private final Llama llama;
    private final Random random = new Random(1);

    public TrainingStep(Backend backend, Preset preset, Method method) {
        this.preset = preset;
        var config = preset.config();
        var selection = switch (method) {
            case FFT -> Selection.full(config);
            case HFT -> Selection.draw(config, new Strategy.Category(0.5), Freeze.NOTHING, 0, 0);
            case HFT_FROZEN_EMBEDDINGS ->
                Selection.draw(config, new Strategy.Category(0.5), new Freeze(true, true, false), 0, 0);
        };
        weights = Weights.random(backend, config, 0);
        parameters = Parameters.of(backend, weights, selection.trainable());
        optimizer = new AdamW(backend, parameters, new AdamWConfig(0.9, 0.95, 1e-8, 0.1));
        llama = new Llama(backend, parameters, new Capacity(preset.tokens(), preset.sequences()), Recomputation.CHEAP);
        step = new TrainStep(llama, optimizer, 1.0);
    }

    /** One optimizer step on fresh random tokens; returns the loss. */
    public double step() {
        var rows = new ArrayList<int[]>();
        for (int s = 0; s < preset.sequences(); s++) {
            var row = new int[preset.length()];
            Arrays.setAll(row, _ -> random.nextInt(preset.config().vocabSize()));
            rows.add(row);
        }
        var batch = Batch.of(rows, rows);
        return step.run(Window.of(List.of(batch)), 1e-4).loss();
    }

    @Override
    public void close() {
        llama.close();
        optimizer.close();
        parameters.close();
        weights.close();
    }
}
