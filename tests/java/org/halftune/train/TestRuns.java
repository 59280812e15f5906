package org.halftune.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.data.MaxLength;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Rope;
import org.halftune.model.Weights;
import org.halftune.pretrained.ModelFolderWriter;
import org.halftune.pretrained.SpecialIds;
import org.halftune.session.StepResult;
import org.halftune.tensor.DType;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.record.Outcome;
import org.halftune.train.record.TrainingListener;

/** A tiny model, rows of token ids, and runs on them. */
public final class TestRuns {
    public static final int VOCABULARY = 31;

    private TestRuns() {}

    /** Grouped-query attention, an odd number of layers, stored in {@code dtype}. */
    public static LlamaConfig config(DType dtype) {
        return config(dtype, 4);
    }

    /** Head sizes on a GPU are multiples of 8. */
    public static LlamaConfig config(DType dtype, int headSize) {
        return new LlamaConfig(
                VOCABULARY, 16, 24, 3, 4, 2, headSize, 64, 1e-5f, new Rope.Default(10_000), true, 0.2f, dtype);
    }

    /** Writes a model folder whose weights are drawn from a seed. */
    public static Path model(Path folder, DType dtype, long seed) {
        return model(folder, config(dtype), seed);
    }

    public static Path model(Path folder, LlamaConfig config, long seed) {
        try (var backend = CpuBackend.open(1);
                var weights = Weights.random(backend, config, Set.of(), seed)) {
            ModelFolderWriter.of(config, SpecialIds.NONE, null).write(folder, weights::download);
        }
        return folder;
    }

    /**
     * Writes rows of 3 to 12 tokens that count upwards from a random start, which is easy to learn; the first label of
     * each is masked.
     */
    public static Path rows(Path file, int count, long seed) throws IOException {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (int row = 0; row < count; row++) {
            int start = random.nextInt(VOCABULARY);
            var ids = new StringBuilder();
            var labels = new StringBuilder();
            for (int i = 0; i < 3 + random.nextInt(10); i++) {
                String separator = i == 0 ? "" : ",";
                ids.append(separator).append((start + i) % VOCABULARY);
                labels.append(separator).append(i < 2 ? -100 : (start + i) % VOCABULARY);
            }
            text.append("{\"input_ids\":[")
                    .append(ids)
                    .append("],\"labels\":[")
                    .append(labels)
                    .append("]}\n");
        }
        return Files.writeString(file, text, StandardCharsets.UTF_8);
    }

    /** Flags of a short run: 23 rows in batches of 3, two to a step, so the last batch and the last step are short. */
    public static TrainingArgumentsBuilder flags(Path model, Path rows, Path output) {
        var flags = new TrainingArgumentsBuilder();
        flags.modelNameOrPath = model;
        flags.trainFiles.add(rows);
        flags.outputDir = output;
        flags.maxLength = MaxLength.asked(32);
        flags.perDeviceTrainBatchSize = 3;
        flags.gradientAccumulationSteps = 2;
        flags.numTrainEpochs = 3;
        flags.learningRate = 3e-3;
        flags.warmupSteps = 2;
        flags.weightDecay = 0.01;
        flags.loggingSteps = 3;
        flags.saveSteps = 2;
        return flags;
    }

    public static Outcome run(TrainingArgumentsBuilder flags) {
        return run(flags, TrainingListener.NONE, new StopSignal());
    }

    public static Outcome run(TrainingArgumentsBuilder flags, TrainingListener listener, StopSignal stop) {
        return run(flags, listener, stop, () -> CpuBackend.open(1));
    }

    public static Outcome run(
            TrainingArgumentsBuilder flags, TrainingListener listener, StopSignal stop, Supplier<Backend> device) {
        try (var backend = device.get()) {
            return new TrainRun(flags.build(), backend, listener, stop, "").run();
        }
    }

    /** Trains until step {@code step} is done, then stops as Ctrl-C would. */
    public static Outcome runUntil(TrainingArgumentsBuilder flags, int step) {
        return runUntil(flags, step, () -> CpuBackend.open(1));
    }

    public static Outcome runUntil(TrainingArgumentsBuilder flags, int step, Supplier<Backend> device) {
        var stop = new StopSignal();
        return run(
                flags,
                new TrainingListener() {
                    @Override
                    public void stepped(int done, int totalSteps, StepResult result) {
                        if (done == step) stop.request();
                    }
                },
                stop,
                device);
    }
}
