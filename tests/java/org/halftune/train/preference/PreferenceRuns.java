package org.halftune.train.preference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.halftune.backend.Backend;
import org.halftune.data.MaxLength;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Rope;
import org.halftune.session.StepResult;
import org.halftune.tensor.DType;
import org.halftune.train.StopSignal;
import org.halftune.train.TestRuns;
import org.halftune.train.TrainRun;
import org.halftune.train.arguments.Preferring;
import org.halftune.train.arguments.Preferring.LossType;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.record.Outcome;
import org.halftune.train.record.TrainingListener;
import org.jspecify.annotations.Nullable;

/**
 * Whole runs on six pairs, with a tiny model that has the bundled model's tokenizer.
 *
 * @param folder of the model, the pairs and the outputs
 */
record PreferenceRuns(Path folder, LlamaConfig config, Supplier<Backend> device) {
    private static final Path TOKENIZER = Path.of("models/world-4m");
    static final Preferring SIGMOID =
            new Preferring(LossType.SIGMOID, 0.1, 0, false, OptionalInt.empty(), Optional.empty());
    static final Preferring PRECOMPUTED =
            new Preferring(LossType.SIGMOID, 0.1, 0, true, OptionalInt.empty(), Optional.empty());

    static LlamaConfig config(DType dtype, int headSize) {
        return new LlamaConfig(2048, 16, 24, 3, 4, 2, headSize, 64, 1e-5f, new Rope.Default(10_000), true, 0.2f, dtype);
    }

    /** The model that runs begin with. */
    Path base() throws IOException {
        return model("base", 7);
    }

    Path model(String name, long seed) throws IOException {
        var made = folder.resolve(name);
        if (Files.exists(made)) return made;
        TestRuns.model(made, config, seed);
        for (var file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(TOKENIZER.resolve(file), made.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        return made;
    }

    private Path pairs() throws IOException {
        var text = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            text.append(("{\"prompt\":\"The island %d is\",\"chosen\":\" green and calm\",\"rejected\":\" a %d place of"
                            + " rocks\"}%n")
                    .formatted(i, i));
        }
        return Files.writeString(folder.resolve("pairs.jsonl"), text);
    }

    TrainingArgumentsBuilder flags(String output, Method method) throws IOException {
        var flags = new TrainingArgumentsBuilder();
        flags.modelNameOrPath = base();
        flags.trainFiles.add(pairs());
        flags.evalFiles.add(pairs());
        flags.outputDir = folder.resolve(output);
        flags.maxLength = MaxLength.asked(32);
        flags.perDeviceTrainBatchSize = 2;
        flags.gradientAccumulationSteps = 2;
        flags.maxSteps = 4;
        flags.learningRate = 1e-3;
        flags.loggingSteps = 2;
        flags.saveSteps = 1;
        flags.method = method;
        return flags;
    }

    Outcome run(TrainingArgumentsBuilder flags, Preferring preferring, TrainingListener listener, StopSignal stop) {
        try (var backend = device.get();
                var stage = PreferenceStage.open(preferring)) {
            return new TrainRun(flags.build(), stage, backend, listener, stop, "").run();
        }
    }

    void run(TrainingArgumentsBuilder flags, Preferring preferring) {
        assertThat(run(flags, preferring, TrainingListener.NONE, new StopSignal()))
                .isInstanceOf(Outcome.Finished.class);
    }

    /** Stops a run after each of {@code steps} and resumes it: it ends as one that is not stopped, {@code whole}. */
    void assertResumes(Method method, Preferring preferring, @Nullable Integer rotateSteps, int... steps)
            throws IOException {
        var whole = flags("whole", method);
        whole.hftRotateSteps = rotateSteps;
        run(whole, preferring);
        for (int step : steps) {
            var stop = new StopSignal();
            var until = new TrainingListener() {
                @Override
                public void stepped(int done, int totalSteps, StepResult result) {
                    if (done == step) stop.request();
                }
            };
            var parts = flags("parts" + step, method);
            parts.hftRotateSteps = rotateSteps;
            assertThat(run(parts, preferring, until, stop)).isInstanceOf(Outcome.Stopped.class);
            parts.resumeFromCheckpoint = new Resume.Newest();
            run(parts, preferring);
            assertSame("parts" + step, "whole");
        }
    }

    /** The same metrics and the same weights. */
    void assertSame(String output, String expected) throws IOException {
        assertThat(metrics(output)).isEqualTo(metrics(expected));
        var weights = weights(expected);
        assertThat(weights).isNotEmpty();
        var actual = weights(output);
        assertThat(actual.keySet()).isEqualTo(weights.keySet());
        actual.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(weights.get(name)));
    }

    private Map<String, byte[]> weights(String output) throws IOException {
        var files = new TreeMap<String, byte[]>();
        try (var listed = Files.list(folder.resolve(output))) {
            for (var file : listed.toList()) {
                if (file.toString().endsWith(".safetensors"))
                    files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        return files;
    }

    /** Rows of losses and of evaluations, without times. */
    List<String> metrics(String output) throws IOException {
        return Files.readAllLines(folder.resolve(output).resolve("metrics.jsonl")).stream()
                .filter(line -> line.contains("rewards/"))
                .map(line -> line.replaceAll("\"(tokens_per_second|eval_runtime|eval_samples_per_second)\":[^,}]*", ""))
                .toList();
    }
}
