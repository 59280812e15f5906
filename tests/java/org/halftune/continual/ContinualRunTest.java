package org.halftune.continual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.data.MaxLength;
import org.halftune.eval.EvalListener;
import org.halftune.files.StrictJson;
import org.halftune.generate.LoadedModel;
import org.halftune.hft.SelectionFile;
import org.halftune.pretrained.ConfigFile;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.halftune.session.StepResult;
import org.halftune.tensor.DType;
import org.halftune.train.StopSignal;
import org.halftune.train.TrainRun;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments.SaveType;
import org.halftune.train.record.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ContinualRunTest {
    @TempDir
    private Path folder;

    private static ScoreMatrix scores(ContinualOutcome outcome) {
        return ((ContinualOutcome.Finished) outcome).scores();
    }

    private void assertSameModel(String expected, String actual) throws IOException {
        assertThat(Files.mismatch(
                        folder.resolve(actual).resolve("model.safetensors"),
                        folder.resolve(expected).resolve("model.safetensors")))
                .as("first byte of " + actual + " that differs from " + expected)
                .isEqualTo(-1);
    }

    @Test
    void roundIsATrainingFromTheModelBeforeWithTheSelectionOfItsNumber() throws IOException {
        var sequences = new Sequences(folder);
        sequences.run("out");

        Path before = sequences.model();
        for (int round = 1; round <= 3; round++) {
            String name = Sequences.TASKS.get(round - 1);
            var form = sequences.form("alone-" + round);
            form.modelNameOrPath = before;
            form.trainFiles = List.of(sequences.tasks().resolve(name).resolve("train.jsonl"));
            form.hftRound = round;
            form.saveDtype = SaveType.FLOAT32;
            try (var backend = CpuBackend.open(1)) {
                new TrainRun(form.build(), backend, TrainingListener.NONE, new StopSignal(), "").run();
            }
            assertSameModel("alone-" + round, "out/0" + round + "-" + name);
            before = folder.resolve("alone-" + round);
        }
        var config = ConfigFile.read(sequences.model().resolve("config.json")).config();
        var selections = new ArrayList<>();
        for (int round = 1; round <= 3; round++) {
            var file = folder.resolve("out/0" + round + "-" + Sequences.TASKS.get(round - 1) + "/selection.json");
            selections.add(SelectionFile.read(file, config).trainable());
        }
        assertThat(selections).doesNotHaveDuplicates();
    }

    @Test
    void scoresAreThoseOfTheSavedModels() {
        var sequences = new Sequences(folder);
        sequences.scored = Scoring.Tasks.ALL;
        var scores = scores(sequences.run("out"));
        assertThat(scores.forward()).isNotNaN();

        var options = sequences.options("out", false);
        try (var backend = CpuBackend.open(1)) {
            for (int round = 0; round <= 3; round++) {
                Path model = round == 0
                        ? sequences.model()
                        : options.rounds().get(round - 1).folder();
                try (var loaded = LoadedModel.open(backend, model)) {
                    for (int task = 1; task <= 3; task++) {
                        var test = TaskTest.read(
                                options.rounds().get(task - 1).task(),
                                new TaskTest.Source(
                                        options.rounds().getFirst().arguments().model(),
                                        loaded.parameters().config(),
                                        loaded.tokenizer(),
                                        LocalDateTime.MIN,
                                        MaxLength.DEFAULT,
                                        0),
                                _ -> {});
                        assertThat(test.score(backend, loaded, 1, EvalListener.SILENT))
                                .as("R[%d,%d]", round, task)
                                .isEqualTo(scores.get(round, task));
                    }
                }
            }
        }
    }

    @Test
    void finalModelIsTheLastInTheDtypeOfTheBase() throws IOException {
        var sequences = new Sequences(folder);
        var outcome = (ContinualOutcome.Finished) sequences.run("out");
        assertThat(outcome.saved()).isEqualTo("bfloat16, rounded stochastically from float32");
        try (var base = PretrainedFolder.open(sequences.model());
                var last = PretrainedFolder.open(folder.resolve("out/03-numbers"));
                var model = PretrainedFolder.open(folder.resolve("out/model"))) {
            var learned = new ArrayList<String>();
            for (var name : List.of("model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight")) {
                assertThat(last.tensor(name).dtype()).isEqualTo(DType.F32);
                assertThat(model.tensor(name).dtype()).isEqualTo(DType.BF16);
                var exact = last.source().get(name);
                var saved = model.source().get(name);
                boolean changed = false;
                for (long i = 0; i < exact.shape().elements(); i++) {
                    float spacing = Math.ulp(exact.get(i)) * 65536;
                    assertThat(Math.abs(saved.get(i) - exact.get(i))).isLessThanOrEqualTo(spacing);
                    changed |= exact.get(i) != base.source().get(name).get(i);
                }
                if (changed) learned.add(name);
            }
            assertThat(learned).contains("model.embed_tokens.weight");
        }
    }

    @Test
    void modelsOfEarlierRoundsAreDeletedOnRequest() throws IOException {
        var sequences = new Sequences(folder);
        var all = scores(sequences.run("all"));
        sequences.keep = ContinualOptions.Keep.LAST;
        assertThat(scores(sequences.run("last")).overall()).isEqualTo(all.overall());
        assertThat(Sequences.models(folder.resolve("all")))
                .containsExactly("01-colours", "02-moods", "03-numbers", "model");
        assertThat(Sequences.models(folder.resolve("last"))).containsExactly("03-numbers", "model");
        assertThat(folder.resolve("last/01-colours")).isDirectoryContaining("glob:**metrics.jsonl");
        assertSameModel("all/model", "last/model");
        try (var files = Files.walk(folder.resolve("last"))) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("checkpoint") || name.startsWith("."));
        }
    }

    static Stream<Arguments> stops() {
        return Stream.of(
                Arguments.of(
                        new ContinualMethod.SeqFt(), List.of(1, 3, 8, 9)), // inside a round, and after its last step
                Arguments.of(Sequences.replay(), List.of(5)),
                Arguments.of(Sequences.gem(), List.of(5)));
    }

    @ParameterizedTest
    @MethodSource("stops")
    void stoppedRunContinuesBitForBit(ContinualMethod method, List<Integer> steps) throws IOException {
        var whole = new Sequences(folder);
        whole.method = method;
        var expected = scores(whole.run("whole"));

        for (int step : steps) {
            var first = stoppedAfter(step, method);
            assertThat(first.run("stopped-" + step)).isInstanceOf(ContinualOutcome.Stopped.class);
            var second = new Sequences(folder);
            second.method = method;
            var finished = (ContinualOutcome.Finished) second.resume("stopped-" + step);
            assertThat(finished.before()).isFalse();
            assertThat(table(finished.scores())).isEqualTo(table(expected));
            for (String model : Sequences.models(folder.resolve("whole"))) {
                assertSameModel("whole/" + model, "stopped-" + step + "/" + model);
            }
        }
    }

    private Sequences stoppedAfter(int steps, ContinualMethod method) {
        var sequences = new Sequences(folder);
        sequences.method = method;
        var done = new AtomicInteger();
        sequences.listener = new ContinualListener() {
            @Override
            public TrainingListener round(TaskRound round, int rounds) {
                return new TrainingListener() {
                    @Override
                    public void stepped(int step, int totalSteps, StepResult result) {
                        if (done.incrementAndGet() == steps) sequences.stop.request();
                    }
                };
            }
        };
        return sequences;
    }

    private static String table(ScoreMatrix scores) {
        return ScoreTable.render(scores, List.of("m", "m", "m"), 3, 200) + scores.overall() + scores.backward();
    }

    @Test
    void roundWithoutCheckpointsBeginsAnew() throws IOException {
        var whole = new Sequences(folder);
        whole.run("whole");
        stoppedAfter(5, new ContinualMethod.SeqFt()).run("cut");
        // As after a kill: the round has begun, and nothing of it can be used.
        ContinualFolder.removeCheckpoints(folder.resolve("cut/02-moods"));
        new Sequences(folder).resume("cut");
        assertSameModel("whole/model", "cut/model");
    }

    @Test
    void completeRunIsNotChanged() throws IOException {
        var sequences = new Sequences(folder);
        sequences.run("out");
        var before = contents(folder.resolve("out"));
        assertThat(((ContinualOutcome.Finished) sequences.resume("out")).before())
                .isTrue();
        assertThat(contents(folder.resolve("out"))).isEqualTo(before);
    }

    /** Time of the last change of all files, and their digests. */
    private static Map<String, String> contents(Path output) throws IOException {
        var contents = new TreeMap<String, String>();
        try (var files = Files.walk(output)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(
                        output.relativize(file).toString(),
                        Arrays.hashCode(Files.readAllBytes(file)) + " " + Files.getLastModifiedTime(file));
            }
        }
        return contents;
    }

    @Test
    void otherSettingsAreRefusedAndNamed() {
        stoppedAfter(4, new ContinualMethod.SeqFt()).run("out");
        assertThat(refused(sequences -> sequences.change = form -> form.learningRate = 1e-3))
                .contains("--learning_rate: was 0.003 and is now 0.001");
        assertThat(refused(sequences -> sequences.method = Sequences.replay())).contains("--continual_method");
        assertThat(refused(sequences -> sequences.scored = Scoring.Tasks.ALL)).contains("--eval_tasks");
        assertThat(refused(sequences -> sequences.change = form -> form.method = Method.FFT))
                .contains("what learns (--method");
        assertThat(refused(sequences -> sequences.epochs = List.of(1.0, 2.0, 1.0)))
                .contains("moods: ");
        assertThat(refused(sequences -> sequences.rows("moods", "test.jsonl", 4, 1)))
                .contains("moods: the test rows (--max_eval_samples): was 3 by exact_match");
    }

    private String refused(Consumer<Sequences> change) {
        var sequences = new Sequences(folder);
        change.accept(sequences);
        var error = catchThrowableOfType(InputError.class, () -> sequences.resume("out"));
        assertThat(error.where()).endsWith("continual.json");
        return error.what();
    }

    @Test
    void outputOfAnotherRunIsReplacedOnRequestOnly() throws IOException {
        var sequences = new Sequences(folder);
        sequences.run("out");
        Files.writeString(folder.resolve("out/notes.txt"), "mine");
        Files.createDirectories(folder.resolve("out/04-old"));
        var error = catchThrowableOfType(InputError.class, () -> sequences.run("out"));
        assertThat(error.what()).isEqualTo("the output folder is not empty");
        assertThat(error.fix()).startsWith("continue its run with --resume_from_checkpoint true");
        sequences.change = form -> form.overwriteOutputDir = true;
        assertThat(((ContinualOutcome.Finished) sequences.run("out")).before()).isFalse();
        assertThat(folder.resolve("out/notes.txt")).hasContent("mine");
        assertThat(folder.resolve("out/04-old")).doesNotExist();
    }

    @Test
    void replayMixesAFixedMemoryOfEachEarlierTask() {
        var sequences = new Sequences(folder);
        sequences.method = new ContinualMethod.Replay(4, OptionalDouble.empty());
        var rounds = prepared(sequences);
        assertThat(rounds).extracting(PreparedRound::rows).containsExactly(9, 10, 11);
        assertThat(rounds).extracting(PreparedRound::replayed).containsExactly(0, 4, 8);
        assertThat(rounds.get(2).stage().replayed().getFirst().memory()).isEqualTo(OptionalInt.of(4));

        sequences.method = Sequences.replay(); // 40 % of the rows: 10 · 0.4/0.6 ≈ 7, 11 · 0.4/0.6 ≈ 7
        assertThat(prepared(sequences)).extracting(PreparedRound::replayed).containsExactly(0, 7, 7);
    }

    @Test
    void memoriesOfGemAreInThePlan() {
        var sequences = new Sequences(folder);
        var alone = prepared(sequences);
        sequences.method = Sequences.gem();
        var rounds = prepared(sequences);
        assertThat(rounds.getFirst().memory()).isEqualTo(alone.getFirst().memory());
        long second = rounds.get(1).memory() - alone.get(1).memory();
        long third = rounds.get(2).memory() - alone.get(2).memory();
        assertThat(second).as("a copy of the gradient").isPositive();
        assertThat(third).as("two copies").isGreaterThan(second);
        assertThat(rounds.get(1).tokens()).isGreaterThan(alone.get(1).tokens());
    }

    private static List<PreparedRound> prepared(Sequences sequences) {
        var seen = new ArrayList<PreparedRound>();
        sequences.listener = new ContinualListener() {
            @Override
            public void begins(
                    ContinualOptions options, List<PreparedRound> rounds, String device, Optional<String> resumed) {
                seen.addAll(rounds);
                throw new IllegalStateException("prepared");
            }
        };
        catchThrowableOfType(IllegalStateException.class, () -> sequences.run("prepared"));
        return seen;
    }

    @Test
    void resultsHaveTheFiguresOfTheSequence() throws IOException {
        var sequences = new Sequences(folder);
        var scores = scores(sequences.run("out"));
        var json = StrictJson.read(folder.resolve("out/continual.json"));
        assertThat(json.path("overall_performance").asDouble(-1)).isEqualTo(scores.overall());
        assertThat(json.path("backward_transfer").asDouble(-1)).isEqualTo(scores.backward());
        assertThat(json.path("forward_transfer").isNull()).isTrue();
        assertThat(json.path("scores").size()).isEqualTo(4);
        assertThat(folder.resolve("out/report.html"))
                .content()
                .contains("overall performance (OP)", "Learned in round 2", "round 3", "3 tasks")
                .doesNotContain("NaN");
        assertThat(folder.resolve("out/recipe.yaml")).hasContent("# recipe");
    }
}
