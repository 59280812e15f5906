package org.halftune.train.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.halftune.backend.Backend;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.data.MaxLength;
import org.halftune.problem.InputError;
import org.halftune.session.StepResult;
import org.halftune.tensor.DType;
import org.halftune.train.StopSignal;
import org.halftune.train.TestRuns;
import org.halftune.train.TrainRun;
import org.halftune.train.arguments.Preferring;
import org.halftune.train.arguments.Preferring.LossType;
import org.halftune.train.arguments.TrainingArguments.Method;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.memory.MemoryCheck;
import org.halftune.train.record.Outcome;
import org.halftune.train.record.RunHeader;
import org.halftune.train.record.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code halftune dpo}, whole runs with the bundled model. */
class PreferenceRunTest {
    private static final Path MODEL = Path.of("models/world-4m");
    private static final Preferring SIGMOID =
            new Preferring(LossType.SIGMOID, 0.1, 0, false, OptionalInt.empty(), Optional.empty());
    private static final Preferring PRECOMPUTED =
            new Preferring(LossType.SIGMOID, 0.1, 0, true, OptionalInt.empty(), Optional.empty());

    @TempDir
    Path folder;

    private Path pairs() throws IOException {
        var text = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            text.append(("{\"prompt\":\"The island %d is\",\"chosen\":\" green and calm\",\"rejected\":\" a %d place of"
                            + " rocks\"}%n")
                    .formatted(i, i));
        }
        return Files.writeString(folder.resolve("pairs.jsonl"), text);
    }

    private TrainingArgumentsBuilder flags(String output, Method method) throws IOException {
        var flags = new TrainingArgumentsBuilder();
        flags.modelNameOrPath = MODEL;
        flags.trainFiles.add(pairs());
        flags.evalFiles.add(pairs());
        flags.outputDir = folder.resolve(output);
        flags.maxLength = MaxLength.asked(32);
        flags.perDeviceTrainBatchSize = 2;
        flags.gradientAccumulationSteps = 2;
        flags.maxSteps = 4;
        flags.learningRate = 1e-4;
        flags.loggingSteps = 2;
        flags.saveSteps = 1;
        flags.method = method;
        return flags;
    }

    private Outcome run(
            TrainingArgumentsBuilder flags, Preferring preferring, TrainingListener listener, StopSignal stop) {
        try (var backend = CpuBackend.open(1);
                var stage = PreferenceStage.open(preferring)) {
            return new TrainRun(flags.build(), stage, backend, listener, stop, "").run();
        }
    }

    private void run(TrainingArgumentsBuilder flags, Preferring preferring) {
        run(flags, preferring, TrainingListener.NONE, new StopSignal());
    }

    private static Map<String, byte[]> weights(Path output) throws IOException {
        var files = new TreeMap<String, byte[]>();
        try (var listed = Files.list(output)) {
            for (var file : listed.toList()) {
                if (file.toString().endsWith(".safetensors"))
                    files.put(file.getFileName().toString(), Files.readAllBytes(file));
            }
        }
        assertThat(files).isNotEmpty();
        return files;
    }

    private static List<String> metrics(Path output) throws IOException {
        return Files.readAllLines(output.resolve("metrics.jsonl")).stream()
                .filter(line -> line.contains("rewards/"))
                .map(line -> line.replaceAll("\"(tokens_per_second|eval_runtime|eval_samples_per_second)\":[^,}]*", ""))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"HFT, false", "FFT, false", "HFT, true"})
    void resumedRunEqualsUninterruptedOneBitForBit(Method method, boolean precompute) throws IOException {
        var preferring = precompute ? PRECOMPUTED : SIGMOID;
        run(flags("whole", method), preferring);
        for (int at : new int[] {3}) { // between two rows of metrics
            var stop = new StopSignal();
            var until = new TrainingListener() {
                @Override
                public void stepped(int done, int totalSteps, StepResult result) {
                    if (done == at) stop.request();
                }
            };
            var parts = flags("parts" + at, method);
            assertThat(run(parts, preferring, until, stop)).isInstanceOf(Outcome.Stopped.class);
            parts.resumeFromCheckpoint = new Resume.Newest();
            run(parts, preferring);
            assertThat(metrics(folder.resolve("parts" + at))).isEqualTo(metrics(folder.resolve("whole")));
            var expected = weights(folder.resolve("whole"));
            weights(folder.resolve("parts" + at))
                    .forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(expected.get(name)));
        }
        assertThat(metrics(folder.resolve("whole")).getFirst())
                .contains("rewards/chosen", "rewards/accuracies", "rewards/margins", "logps/rejected");
        assertThat(metrics(folder.resolve("whole")).getLast())
                .contains("eval_loss", "eval_rewards/margins")
                .doesNotContain("perplexity");
    }

    @Test
    void modelPrefersWhatWasChosenAfterAFewSteps() throws IOException {
        var flags = flags("learned", Method.HFT);
        flags.maxSteps = 12;
        flags.learningRate = 1e-3;
        run(flags, SIGMOID);
        var last = metrics(folder.resolve("learned")).getLast();
        assertThat(last).contains("\"eval_rewards/accuracies\":1.0");
    }

    @Test
    void planEqualsTheAllocatorAndPrecomputingKeepsNoCopy() throws IOException {
        for (var preferring : List.of(SIGMOID, PRECOMPUTED)) {
            var headers = new RunHeader[1];
            var flags = flags("memory" + preferring.precompute(), Method.HFT);
            flags.maxSteps = 1;
            var listener = new TrainingListener() {
                @Override
                public void begins(RunHeader header) {
                    headers[0] = header;
                }
            };
            run(flags, preferring, listener, new StopSignal());
            var held = headers[0].memory();
            long trained = headers[0].selection().specs().stream()
                    .filter(spec -> headers[0].selection().trains(spec.name()))
                    .mapToLong(spec -> 4 * spec.elements())
                    .sum();
            if (preferring.precompute())
                assertThat(held.get(MemoryCategory.REFERENCE)).isZero();
            else assertThat(held.get(MemoryCategory.REFERENCE)).isBetween(trained, trained + (256L << 8));
            try (Backend backend = CpuBackend.open(1);
                    var stage = PreferenceStage.open(preferring)) {
                var choice = MemoryCheck.ofRun(
                                backend,
                                org.halftune.pretrained.ConfigFile.read(MODEL.resolve("config.json"))
                                        .config(),
                                headers[0].plan(),
                                stage)
                        .require(Optional.empty());
                assertThat(choice.bytes()).isEqualTo(MemoryCategory.total(held));
            }
        }
    }

    @Test
    void referenceModelOfAnotherShapeIsRefused() throws IOException {
        var other = TestRuns.model(folder.resolve("other"), DType.F32, 1);
        var preferring = new Preferring(LossType.SIGMOID, 0.1, 0, false, OptionalInt.empty(), Optional.of(other));
        var error = catchThrowableOfType(InputError.class, () -> run(flags("x", Method.HFT), preferring));
        assertThat(error.what())
                .contains("the reference model has another shape: model.embed_tokens.weight is [31, 16]");
    }

    @Test
    void anotherReferenceModelStartsWithRewards() throws IOException {
        var same = new Preferring(LossType.SIGMOID, 0.1, 0, false, OptionalInt.empty(), Optional.of(MODEL));
        run(flags("same", Method.HFT), same);
        run(flags("base", Method.HFT), SIGMOID);
        assertThat(metrics(folder.resolve("same"))).isEqualTo(metrics(folder.resolve("base")));
    }

    @Test
    void settingsOfTheStageBelongToTheCheckpoint() throws IOException {
        var flags = flags("beta", Method.HFT);
        flags.maxSteps = 2;
        run(flags, SIGMOID);
        flags.resumeFromCheckpoint = new Resume.Newest();
        var other = new Preferring(LossType.SIGMOID, 0.2, 0, false, OptionalInt.empty(), Optional.empty());
        var error = catchThrowableOfType(InputError.class, () -> run(flags, other));
        assertThat(error.what()).contains("--beta");
    }
}
