package org.halftune.train.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.halftune.train.preference.PreferenceRuns.PRECOMPUTED;
import static org.halftune.train.preference.PreferenceRuns.SIGMOID;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.halftune.backend.Backend;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.data.MaxLength;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.objective.Objective;
import org.halftune.optim.GradientConstraint;
import org.halftune.plan.StepKind;
import org.halftune.plan.StepKind.ReferenceModel;
import org.halftune.plan.TrainingForecast;
import org.halftune.plan.TrainingShape;
import org.halftune.problem.InputError;
import org.halftune.session.StartingWeights;
import org.halftune.session.TrainingSetup;
import org.halftune.tensor.DType;
import org.halftune.train.StopSignal;
import org.halftune.train.TestRuns;
import org.halftune.train.arguments.Preferring;
import org.halftune.train.arguments.Preferring.LossType;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.memory.MemoryPlan;
import org.halftune.train.record.RunHeader;
import org.halftune.train.record.TrainingListener;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code halftune dpo}, whole runs with a tiny model that has the bundled model's tokenizer. */
class PreferenceRunTest {
    private static final LlamaConfig CONFIG = PreferenceRuns.config(DType.F32, 4);

    @TempDir
    private Path folder;

    private PreferenceRuns runs;

    @BeforeEach
    void makeModel() {
        runs = new PreferenceRuns(folder, CONFIG, () -> CpuBackend.open(1));
    }

    @ParameterizedTest
    @CsvSource({"HFT, false", "FFT, false", "HFT, true"})
    void resumedRunEqualsUninterruptedOneBitForBit(Method method, boolean precompute) throws IOException {
        runs.assertResumes(method, precompute ? PRECOMPUTED : SIGMOID, null, 3); // between rows of metrics
        assertThat(runs.metrics("whole").getFirst())
                .contains("rewards/chosen", "rewards/accuracies", "rewards/margins", "logps/rejected");
        assertThat(runs.metrics("whole").getLast())
                .contains("eval_loss", "eval_rewards/margins")
                .doesNotContain("perplexity");
    }

    /** The reference of a later round must also hold what learned before. */
    @Test
    void resumedRunOfALaterRoundEqualsUninterruptedOneBitForBit() throws IOException {
        runs.assertResumes(Method.HFT, SIGMOID, 2, 2, 3); // between rounds, and inside one
    }

    /** A reference that is computed once and one that shares the frozen half see the same base in every step. */
    @ParameterizedTest
    @CsvSource({"HFT, 0", "FFT, 0", "HFT, 2"})
    void sharedAndPrecomputedReferencesGiveTheSameBits(Method method, int rotateSteps) throws IOException {
        for (var preferring : List.of(SIGMOID, PRECOMPUTED)) {
            var flags = runs.flags("precompute-" + preferring.precompute(), method);
            if (rotateSteps > 0) flags.hftRotateSteps = rotateSteps;
            runs.run(flags, preferring);
        }
        runs.assertSame("precompute-true", "precompute-false");
    }

    @Test
    void modelPrefersWhatWasChosenAfterAFewSteps() throws IOException {
        var flags = runs.flags("learned", Method.HFT);
        flags.maxSteps = 12;
        flags.learningRate = 1e-3;
        runs.run(flags, SIGMOID);
        var last = runs.metrics("learned").getLast();
        assertThat(last).contains("\"eval_rewards/accuracies\":1.0");
        assertThat(Files.readString(folder.resolve("learned/README.md")))
                .contains("## Loss, mean of the pairs", "| --beta | 0.1 |")
                .containsPattern("\\| evaluation, rewards/accuracies \\| .* \\| 1\\.0000 \\(12\\) \\|");
        assertThat(Files.readString(folder.resolve("learned/report.html")))
                .contains("Loss, mean of the pairs", "Rewards, last logged", "eval_rewards/margins")
                .doesNotContain("nats per token");
    }

    private static Objective objective(Preferring preferring) {
        try (var stage = PreferenceStage.open(preferring)) {
            return stage.objective(CONFIG, StartingWeights.unfilled(CONFIG, DType.F32));
        }
    }

    @Test
    void planEqualsTheAllocatorAndPrecomputingKeepsNoCopy() throws IOException {
        for (var preferring : List.of(SIGMOID, PRECOMPUTED)) {
            var flags = runs.flags("memory" + preferring.precompute(), Method.HFT);
            flags.maxSteps = 1;
            var header = header(flags, preferring);
            var held = header.memory();
            long trained = header.selection().specs().stream()
                    .filter(spec -> header.selection().trains(spec.name()))
                    .mapToLong(spec -> 4 * spec.elements())
                    .sum();
            if (preferring.precompute())
                assertThat(held.get(MemoryCategory.REFERENCE)).isZero();
            else assertThat(held.get(MemoryCategory.REFERENCE)).isBetween(trained, trained + (256L << 8));
            try (Backend backend = CpuBackend.open(1)) {
                var plan = header.plan();
                var setup = new TrainingSetup(
                        CONFIG,
                        header.selection().trainable(),
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

    /** Where every side has as many tokens as the plan assumes, --max_length. */
    @ParameterizedTest
    @EnumSource
    void planCommandPredictsTheRunsMemory(ReferenceModel reference) throws IOException {
        var preferring = switch (reference) {
            case SHARED -> SIGMOID;
            case OTHER -> against(runs.model("reference", 8));
            case PRECOMPUTED -> PRECOMPUTED;
        };
        var pair = """
                {"prompt":"It","chosen":" is a green and calm island","rejected":" is a wild place of many rocks"}
                """;
        var pairs = Files.writeString(folder.resolve("long.jsonl"), pair.repeat(6));
        for (var method : Method.values()) {
            var flags = runs.flags(reference + "-" + method, method);
            flags.trainFiles = new ArrayList<>(List.of(pairs));
            flags.evalFiles = new ArrayList<>(List.of(pairs));
            flags.maxLength = MaxLength.asked(8);
            flags.maxSteps = 1;
            var header = header(flags, preferring);
            var held = new EnumMap<>(header.memory());
            assertThat(header.plan().capacity()).isEqualTo(new Capacity(2 * 2 * 8, 2 * 2));
            try (Backend backend = CpuBackend.open(1)) {
                var shape = new TrainingShape(
                        CONFIG,
                        flags.perDeviceTrainBatchSize,
                        8,
                        flags.gradientAccumulationSteps,
                        header.plan().arguments().optimizing().adamW(0),
                        new StepKind.Preferences(reference));
                var levels = List.of(Recomputation.CHEAP);
                var predicted = new EnumMap<>(
                        TrainingForecast.ofMemory(shape, header.selection(), levels, backend, Long.MAX_VALUE)
                                .memory()
                                .get(Recomputation.CHEAP)
                                .bytes());
                if (reference == ReferenceModel.PRECOMPUTED) {
                    // The reference's pass has made the processor's scratch memory, which is kept until the end.
                    held.remove(MemoryCategory.WORKSPACE);
                    predicted.remove(MemoryCategory.WORKSPACE);
                }
                assertThat(held).as(reference + ", " + method).isEqualTo(predicted);
            }
        }
    }

    private RunHeader header(TrainingArgumentsBuilder flags, Preferring preferring) {
        var headers = new RunHeader[1];
        var listener = new TrainingListener() {
            @Override
            public void begins(RunHeader header) {
                headers[0] = header;
            }
        };
        runs.run(flags, preferring, listener, new StopSignal());
        return headers[0];
    }

    private static Preferring against(Path reference) {
        return new Preferring(LossType.SIGMOID, 0.1, 0, false, OptionalInt.empty(), Optional.of(reference));
    }

    @Test
    void referenceModelOfAnotherShapeIsRefused() throws IOException {
        var other = TestRuns.model(folder.resolve("other"), DType.F32, 1);
        var error = catchThrowableOfType(InputError.class, () -> runs.run(runs.flags("x", Method.HFT), against(other)));
        assertThat(error.what())
                .contains("the reference model has another shape: model.embed_tokens.weight is [31, 16]");
    }

    @Test
    void onlyAnotherReferenceThanTheBaseHasRewardsBeforeTheFirstStep() throws IOException {
        var references =
                Map.of("same", against(runs.base()), "none", SIGMOID, "other", against(runs.model("reference", 8)));
        for (var reference : references.entrySet()) {
            var flags = runs.flags(reference.getKey(), Method.HFT);
            flags.loggingSteps = 1;
            runs.run(flags, reference.getValue());
        }
        runs.assertSame("same", "none");
        assertThat(runs.metrics("none").getFirst()).contains("\"rewards/chosen\":0.0,");
        assertThat(runs.metrics("other").getFirst())
                .contains("\"rewards/chosen\":")
                .doesNotContain("\"rewards/chosen\":0.0,");
    }

    @Test
    void settingsOfTheStageBelongToTheCheckpoint() throws IOException {
        var flags = runs.flags("beta", Method.HFT);
        flags.maxSteps = 2;
        runs.run(flags, SIGMOID);
        flags.resumeFromCheckpoint = new Resume.Newest();
        var other = new Preferring(LossType.SIGMOID, 0.2, 0, false, OptionalInt.empty(), Optional.empty());
        var error = catchThrowableOfType(InputError.class, () -> runs.run(flags, other));
        assertThat(error.what()).contains("--beta");
    }
}
