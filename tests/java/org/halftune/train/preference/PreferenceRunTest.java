package org.halftune.train.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.halftune.backend.Backend;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.data.MaxLength;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.model.Rope;
import org.halftune.objective.Objective;
import org.halftune.optim.GradientConstraint;
import org.halftune.problem.InputError;
import org.halftune.session.StartingWeights;
import org.halftune.session.StepResult;
import org.halftune.session.TrainingSetup;
import org.halftune.tensor.DType;
import org.halftune.train.StopSignal;
import org.halftune.train.TestRuns;
import org.halftune.train.TrainRun;
import org.halftune.train.arguments.Preferring;
import org.halftune.train.arguments.Preferring.LossType;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.memory.MemoryPlan;
import org.halftune.train.record.Outcome;
import org.halftune.train.record.RunHeader;
import org.halftune.train.record.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code halftune dpo}, whole runs with a tiny model that has the bundled model's tokenizer. */
class PreferenceRunTest {
    private static final Path TOKENIZER = Path.of("models/world-4m");
    private static final LlamaConfig CONFIG =
            new LlamaConfig(2048, 16, 24, 3, 4, 2, 4, 64, 1e-5f, new Rope.Default(10_000), true, 0.2f, DType.F32);
    private static final Preferring SIGMOID =
            new Preferring(LossType.SIGMOID, 0.1, 0, false, OptionalInt.empty(), Optional.empty());
    private static final Preferring PRECOMPUTED =
            new Preferring(LossType.SIGMOID, 0.1, 0, true, OptionalInt.empty(), Optional.empty());

    @TempDir
    Path folder;

    private Path base;

    @BeforeEach
    void makeModel() throws IOException {
        base = model("base", 7);
    }

    private Path model(String name, long seed) throws IOException {
        var made = TestRuns.model(folder.resolve(name), CONFIG, seed);
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

    private TrainingArgumentsBuilder flags(String output, Method method) throws IOException {
        var flags = new TrainingArgumentsBuilder();
        flags.modelNameOrPath = base;
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
        resumes(method, precompute ? PRECOMPUTED : SIGMOID, null);
    }

    /** The reference of a later round must also hold what learned before. */
    @Test
    void resumedRunOfALaterRoundEqualsUninterruptedOneBitForBit() throws IOException {
        resumes(Method.HFT, SIGMOID, 2);
    }

    private void resumes(Method method, Preferring preferring, @Nullable Integer rotateSteps) throws IOException {
        var whole = flags("whole", method);
        whole.hftRotateSteps = rotateSteps;
        run(whole, preferring);
        for (int at : rotateSteps == null ? new int[] {3} : new int[] {2, 3}) { // between rows of metrics, and rounds
            var stop = new StopSignal();
            var until = new TrainingListener() {
                @Override
                public void stepped(int done, int totalSteps, StepResult result) {
                    if (done == at) stop.request();
                }
            };
            var parts = flags("parts" + at, method);
            parts.hftRotateSteps = rotateSteps;
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

    /** A reference that is computed once and one that shares the frozen half see the same base in every step. */
    @ParameterizedTest
    @CsvSource({"HFT, 0", "FFT, 0", "HFT, 2"})
    void sharedAndPrecomputedReferencesGiveTheSameBits(Method method, int rotateSteps) throws IOException {
        for (var preferring : List.of(SIGMOID, PRECOMPUTED)) {
            var flags = flags("precompute-" + preferring.precompute(), method);
            if (rotateSteps > 0) flags.hftRotateSteps = rotateSteps;
            run(flags, preferring);
        }
        Path shared = folder.resolve("precompute-false"), computed = folder.resolve("precompute-true");
        assertThat(metrics(computed)).isEqualTo(metrics(shared));
        var expected = weights(shared);
        weights(computed).forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(expected.get(name)));
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

    private static Objective objective(Preferring preferring) {
        try (var stage = PreferenceStage.open(preferring)) {
            return stage.objective(CONFIG, StartingWeights.unfilled(CONFIG, DType.F32));
        }
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
            try (Backend backend = CpuBackend.open(1)) {
                var plan = headers[0].plan();
                var setup = new TrainingSetup(
                        CONFIG,
                        headers[0].selection().trainable(),
                        plan.capacity(),
                        Recomputation.CHEAP,
                        plan.arguments().optimizing().adamW(0),
                        objective(preferring),
                        new GradientConstraint.None());
                var expected = MemoryPlan.of(setup, backend).bytes();
                // The reference's pass has made the processor's scratch memory, which is kept until the end.
                if (preferring.precompute()) expected.put(MemoryCategory.WORKSPACE, held.get(MemoryCategory.WORKSPACE));
                assertThat(held).isEqualTo(expected);
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
        var same = new Preferring(LossType.SIGMOID, 0.1, 0, false, OptionalInt.empty(), Optional.of(base));
        run(flags("same", Method.HFT), same);
        run(flags("without", Method.HFT), SIGMOID);
        assertThat(metrics(folder.resolve("same"))).isEqualTo(metrics(folder.resolve("without")));
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
