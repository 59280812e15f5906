package org.halftune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.delta.DeltaApplication;
import org.halftune.files.StrictJson;
import org.halftune.hft.Freeze;
import org.halftune.hft.Rounds;
import org.halftune.hft.Selection;
import org.halftune.hft.SelectionFile;
import org.halftune.hft.Strategy;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Recomputation;
import org.halftune.objective.SupervisedFineTuning;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.halftune.session.StartingWeights;
import org.halftune.session.TrainingSession;
import org.halftune.session.TrainingSetup;
import org.halftune.tensor.DType;
import org.halftune.train.arguments.TrainingArguments.Export;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArguments.SaveType;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.input.TrainingInputs;
import org.halftune.train.record.Outcome;
import org.halftune.train.record.TrainingListener;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run whose selection changes every few steps. Rounds of 3 steps: 0, 3 and 6 begin one, 8 is inside the last. */
class RotationTest {
    private static final int STEPS = 8;
    private static final int ROUND = 3;

    @TempDir
    Path folder;

    @BeforeEach
    void makeModelAndRows() throws IOException {
        TestRuns.model(folder.resolve("model"), DType.BF16, 7);
        TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1);
    }

    private TrainingArgumentsBuilder flags(String output) {
        var flags = TestRuns.flags(folder.resolve("model"), folder.resolve("rows.jsonl"), folder.resolve(output));
        flags.maxSteps = STEPS;
        flags.saveSteps = 1;
        flags.hftRotateSteps = ROUND;
        flags.freezeEmbeddings = true;
        return flags;
    }

    private static Selection round(int round) {
        return Selection.draw(
                TestRuns.config(DType.BF16), new Strategy.Category(0.5), new Freeze(true, false, false), 42, round);
    }

    private static final Rounds ROUNDS = Rounds.rotating(ROUND, STEPS, RotationTest::round);

    /** In the middle of a round, exactly at its end, and in the next. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 6, 7})
    void resumedRunEqualsUninterruptedOne(int step) throws IOException {
        TestRuns.run(flags("whole"));
        TestRuns.runUntil(flags("stopped"), step);
        var rest = flags("stopped");
        rest.resumeFromCheckpoint = new Resume.Newest();
        TestRuns.run(rest);
        for (String file : List.of(
                "model.safetensors",
                "selection.json",
                "checkpoint-8/optimizer.safetensors",
                "checkpoint-7/model.safetensors")) {
            assertThat(Files.mismatch(
                            folder.resolve("whole").resolve(file),
                            folder.resolve("stopped").resolve(file)))
                    .as(file)
                    .isEqualTo(-1);
        }
        assertThat(TestRuns.run(rest)).isInstanceOf(Outcome.Complete.class);
    }

    @Test
    void eachRoundChangesItsOwnSelectionAlone() {
        TestRuns.run(flags("out"));
        for (int step = 1; step <= STEPS; step++) {
            Path before = step == 1 ? folder.resolve("model") : folder.resolve("out/checkpoint-" + (step - 1));
            assertThat(changed(before, folder.resolve("out/checkpoint-" + step)))
                    .as("step " + step)
                    .isSubsetOf(ROUNDS.at(step - 1).trainable());
        }
        var learned = ROUNDS.learned();
        assertThat(learned).hasSizeGreaterThan(round(0).trainable().size());
        assertThat(changed(folder.resolve("model"), folder.resolve("out")))
                .isEqualTo(learned)
                .doesNotContain("model.embed_tokens.weight");
    }

    private static Set<String> changed(Path before, Path after) {
        var names = new HashSet<String>();
        try (var a = PretrainedFolder.open(before);
                var b = PretrainedFolder.open(after)) {
            for (var spec : ParameterSpec.all(a.config())) {
                if (a.source()
                                .get(spec.name())
                                .data()
                                .mismatch(b.source().get(spec.name()).data())
                        >= 0) names.add(spec.name());
            }
        }
        return names;
    }

    /** With a constant rate: rounds are then the same as trainings one after another, each from the model before. */
    @Test
    void roundsAreTrainingsOneAfterAnother() {
        var flags = flags("out");
        flags.saveDtype = SaveType.FLOAT32;
        flags.maxSteps = 2 * ROUND;
        TestRuns.run(flags);
        var arguments = flags.build();
        var backend = CpuBackend.open(1);
        try (backend;
                var base = PretrainedFolder.open(folder.resolve("model"));
                var first = PretrainedFolder.open(folder.resolve("out/checkpoint-3"));
                var second = PretrainedFolder.open(folder.resolve("out/checkpoint-6"))) {
            var plan = TrainingInputs.plan(arguments, base.config(), LocalDateTime.MIN, _ -> {});
            var setup = new TrainingSetup(
                    base.config(),
                    round(1).trainable(),
                    plan.capacity(),
                    Recomputation.CHEAP,
                    arguments.optimizing().adamW(arguments.running().seed()),
                    new SupervisedFineTuning());
            try (var session = TrainingSession.open(backend, setup, new StartingWeights.Stored(first.source()))) {
                for (int step = ROUND; step < 2 * ROUND; step++)
                    session.step(plan.batches(step), plan.learningRate(step));
                for (var spec : ParameterSpec.all(base.config())) {
                    var values = new ArrayList<Float>();
                    session.weight(spec.name()).<RuntimeException>forEachPiece(piece -> {
                        for (float value : piece.toFloats()) values.add(value);
                    });
                    var expected = new ArrayList<Float>();
                    for (float value : second.source().get(spec.name()).toFloats()) expected.add(value);
                    assertThat(values).as(spec.name()).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void deltaHasAllThatEverLearned() throws IOException {
        TestRuns.run(flags("full"));
        var flags = flags("delta");
        flags.export = Export.DELTA;
        TestRuns.runUntil(flags, 4);
        var rest = flags("delta");
        rest.export = Export.DELTA;
        rest.resumeFromCheckpoint = new Resume.Newest();
        TestRuns.run(rest);
        try (var application = DeltaApplication.open(folder.resolve("model"), folder.resolve("delta"))) {
            assertThat(application.changedTensors()).isEqualTo(ROUNDS.learned().size());
            application.write(folder.resolve("applied"));
        }
        assertThat(Files.mismatch(
                        folder.resolve("applied/model.safetensors"), folder.resolve("full/model.safetensors")))
                .isEqualTo(-1);
        assertThat(TestRuns.run(rest)).isInstanceOf(Outcome.Complete.class);
    }

    @Test
    void filesSayWhatEachRoundTrains() throws IOException {
        var notices = new ArrayList<String>();
        TestRuns.run(
                flags("out"),
                new TrainingListener() {
                    @Override
                    public void notice(String text) {
                        notices.add(text);
                    }
                },
                new StopSignal());
        assertThat(notices)
                .anyMatch(text -> text.startsWith("round 2 of 3 from step 4: trains "))
                .anyMatch(text -> text.startsWith("round 3 of 3 from step 7: trains "));
        Path file = folder.resolve("out/selection.json");
        var parameters = StrictJson.read(file).path("parameters");
        assertThat(parameters.path("steps_per_round").asInt(0)).isEqualTo(ROUND);
        for (int i = 0; i < 3; i++) {
            var round = parameters.path("rounds").get(i);
            assertThat(round.path("first_step").asInt(0)).isEqualTo(1 + i * ROUND);
            assertThat(round.path("names").values().stream().map(name -> name.stringValue()))
                    .containsExactlyElementsOf(round(i).trainable());
        }
        assertThat(SelectionFile.read(file, TestRuns.config(DType.BF16))).isEqualTo(round(0));
        assertThat(folder.resolve("out/README.md"))
                .content()
                .contains("| rotation | another selection every 3 steps, 3 rounds from the one above |");
        assertThat(folder.resolve("out/report.html")).content().contains("The selection rotates: 3 rounds of 3 steps");
    }

    @Test
    void runOfAnotherRotationIsNotContinued() {
        TestRuns.runUntil(flags("out"), 2);
        var other = flags("out");
        other.hftRotateSteps = 2;
        other.resumeFromCheckpoint = new Resume.Newest();
        assertThatThrownBy(() -> TestRuns.run(other))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("--hft_rotate_steps: was 3 and is now 2");
    }

    @Test
    void rotationThatNeverHappensIsRefused() {
        var flags = flags("out");
        flags.hftRotateSteps = STEPS;
        assertThatThrownBy(() -> TestRuns.run(flags))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("--hft_rotate_steps 8 has no effect: the run has 8 steps");
        assertThat(folder.resolve("out")).doesNotExist();
    }
}
