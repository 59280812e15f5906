package org.halftune.reset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.halftune.TinyModel;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.data.MaxLength;
import org.halftune.data.Truncation;
import org.halftune.eval.AnswerForm;
import org.halftune.eval.EvalEncoding;
import org.halftune.eval.EvalListener;
import org.halftune.eval.Metric;
import org.halftune.eval.task.AskedTask;
import org.halftune.eval.task.NamedScore;
import org.halftune.eval.task.TaskFile;
import org.halftune.eval.task.TaskOptions;
import org.halftune.eval.task.TaskRun;
import org.halftune.hft.Freeze;
import org.halftune.hft.HalfReset;
import org.halftune.hft.Selection;
import org.halftune.hft.Strategy;
import org.halftune.model.Parameters;
import org.halftune.model.Weights;
import org.halftune.pretrained.ModelFolderWriter;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sweep scores the models that a reset would write, and goes on where it was stopped. */
class ResetSweepTest {
    @TempDir
    Path folder;

    private Path base;
    private Path tuned;

    @BeforeEach
    void makeModels() throws IOException {
        base = TinyModel.write(folder.resolve("base"));
        tuned = folder.resolve("tuned");
        try (var backend = CpuBackend.open(1);
                var model = PretrainedFolder.open(base);
                var weights = Weights.random(backend, model.config(), Set.of(), 8)) {
            ModelFolderWriter.like(model).write(tuned, weights::download);
        }
        Files.writeString(
                folder.resolve("rows.jsonl"),
                "{\"prompt\": \"one two\", \"completion\": \" three\"}\n{\"prompt\": \"red\", \"completion\": \" blue\"}\n");
    }

    private static List<HalfReset> resets(ModelPair models, double... ratios) {
        var resets = new ArrayList<HalfReset>();
        for (double ratio : ratios) {
            var selection = Selection.draw(models.config(), new Strategy.Category(ratio), Freeze.NOTHING, 42, 0);
            resets.add(HalfReset.of(selection, Freeze.NOTHING, false));
            resets.add(HalfReset.of(selection, Freeze.NOTHING, true));
        }
        return resets;
    }

    private FileScorer scorer(Backend backend, ModelPair models) {
        return scorer(backend, models, 0);
    }

    private FileScorer scorer(Backend backend, ModelPair models, int limit) {
        return FileScorer.open(
                backend,
                models.tuned(),
                new FileScorer.Options(
                        List.of(folder.resolve("rows.jsonl")),
                        new EvalEncoding(
                                Optional.empty(), MaxLength.DEFAULT, Truncation.KEEP_START, Optional.empty(), false),
                        Metric.PERPLEXITY,
                        AnswerForm.DEFAULT,
                        4,
                        limit),
                EvalListener.SILENT);
    }

    private Path written(HalfReset reset, ModelPair models, String name) {
        new ResetFolder(models, reset, Optional.empty()).write(folder.resolve(name));
        return folder.resolve(name);
    }

    @Test
    void scoresAreThoseOfTheModelsThatAResetWrites() {
        try (var backend = CpuBackend.open(1);
                var models = ModelPair.open(base, tuned);
                var scorer = scorer(backend, models)) {
            var resets = resets(models, 0.5);
            var scored = new ResetSweep(backend, models, scorer, folder.resolve("sweep"))
                    .run(resets, _ -> {}, () -> false)
                    .orElseThrow();
            assertThat(scored)
                    .extracting(one -> ResetSweep.title(one.name(), one.reset()))
                    .containsExactly("base", "tuned", "reset 0.5", "reset 0.5, inverse");
            var folders = List.of(
                    base, tuned, written(resets.get(0), models, "half"), written(resets.get(1), models, "inverse"));
            for (int i = 0; i < folders.size(); i++) {
                try (var model = PretrainedFolder.open(folders.get(i));
                        var weights = Weights.load(backend, model.config(), Set.of(), model.source());
                        var parameters = Parameters.forInference(backend, weights)) {
                    assertThat(scored.get(i).scores()).isEqualTo(scorer.score(parameters));
                }
            }
        }
    }

    @Test
    void scoresOnTasksAreThoseOfEval() {
        var tasks = List.of(
                new AskedTask(TaskFile.open("prompt_completion"), Optional.of(folder.resolve("rows.jsonl"))),
                new AskedTask(TaskFile.open("perplexity"), Optional.of(folder.resolve("rows.jsonl"))));
        var options = new TaskOptions(tuned, tasks, Optional.empty(), 4, 0, false, null);
        try (var backend = CpuBackend.open(1);
                var models = ModelPair.open(base, tuned);
                var scorer = TasksScorer.open(backend, models.tuned(), options, EvalListener.SILENT)) {
            var scored = new ResetSweep(backend, models, scorer, folder.resolve("sweep"))
                    .run(resets(models, 0.5), _ -> {}, () -> false)
                    .orElseThrow()
                    .get(1);
            var expected = TaskRun.run(backend, options, EvalListener.SILENT).tasks();
            assertThat(scored.name()).isEqualTo("tuned");
            for (int i = 0; i < expected.size(); i++) {
                var task = expected.get(i);
                assertThat(scored.scores().get(i).of()).isEqualTo(task.task());
                for (var figure : scored.scores().get(i).figures())
                    assertThat(figure.value())
                            .isEqualTo(task.score(figure.name()).value());
            }
            assertThat(scored.scores()).hasSameSizeAs(expected);
        }
    }

    /** Fails at a given model, as a killed process would: nothing is written after it. */
    private record StoppingScorer(int[] left) implements ModelScorer {
        @Override
        public String fingerprint() {
            return "the same questions";
        }

        @Override
        public List<Scores> score(Parameters model) {
            if (left[0]-- == 0) throw new IllegalStateException("killed");
            float value = model.get("model.layers.0.mlp.up_proj.weight").spec().elements();
            return List.of(new Scores("rows", List.of(new NamedScore("loss", value / 3, Double.NaN, false))));
        }
    }

    @Test
    void stoppedSweepGoesOnAndWritesTheSameBytes() throws IOException {
        try (var backend = CpuBackend.open(1);
                var models = ModelPair.open(base, tuned)) {
            var resets = resets(models, 0.25, 0.5);
            new ResetSweep(backend, models, new StoppingScorer(new int[] {9}), folder.resolve("whole"))
                    .run(resets, _ -> {}, () -> false);
            assertThatThrownBy(() -> new ResetSweep(
                                    backend, models, new StoppingScorer(new int[] {3}), folder.resolve("stopped"))
                            .run(resets, _ -> {}, () -> false))
                    .hasMessage("killed");
            var begun = new ArrayList<String>();
            new ResetSweep(backend, models, new StoppingScorer(new int[] {9}), folder.resolve("stopped"))
                    .run(resets, begun::add, () -> false);
            assertThat(begun).containsExactly("reset 0.25, inverse", "reset 0.5", "reset 0.5, inverse");
            assertThat(Files.mismatch(folder.resolve("whole/reset.json"), folder.resolve("stopped/reset.json")))
                    .isEqualTo(-1);
        }
    }

    @Test
    void interruptedSweepKeepsTheModelsThatWereScored() throws IOException {
        try (var backend = CpuBackend.open(1);
                var models = ModelPair.open(base, tuned)) {
            var resets = resets(models, 0.5);
            var begun = new ArrayList<String>();
            var sweep =
                    new ResetSweep(backend, models, new StoppingScorer(new int[] {9}), folder.resolve("interrupted"));
            assertThat(sweep.run(resets, begun::add, () -> begun.size() == 3)).isEmpty();
            assertThat(sweep.run(resets, begun::add, () -> false)).isPresent();
            assertThat(begun).containsExactly("base", "tuned", "reset 0.5", "reset 0.5, inverse");
        }
    }

    @Test
    void sweepOfOtherModelsIsNotContinued() {
        try (var backend = CpuBackend.open(1)) {
            var output = folder.resolve("sweep");
            try (var models = ModelPair.open(base, tuned)) {
                new ResetSweep(backend, models, new StoppingScorer(new int[] {9}), output)
                        .run(List.of(), _ -> {}, () -> false);
            }
            try (var models = ModelPair.open(tuned, base)) {
                assertThatThrownBy(() -> new ResetSweep(backend, models, new StoppingScorer(new int[] {9}), output)
                                .run(List.of(), _ -> {}, () -> false))
                        .isInstanceOf(InputError.class)
                        .hasMessageContaining("a sweep with another base")
                        .hasMessageContaining("choose another --output_dir");
            }
        }
    }

    @Test
    void whatChangedSinceTheSweepIsNamed() throws IOException {
        try (var backend = CpuBackend.open(1);
                var models = ModelPair.open(base, tuned)) {
            try (var scorer = scorer(backend, models, 1)) {
                new ResetSweep(backend, models, scorer, folder.resolve("sweep")).run(List.of(), _ -> {}, () -> false);
            }
            assertThat(errorOfSweep(backend, models, 2))
                    .contains("the folder has a sweep with another --limit: it was 1 and is now 2");
            Files.writeString(folder.resolve("rows.jsonl"), "{\"prompt\": \"one\", \"completion\": \" four\"}\n");
            assertThat(errorOfSweep(backend, models, 1))
                    .startsWith("the folder has a sweep with another set of questions (in ");
        }
    }

    private String errorOfSweep(Backend backend, ModelPair models, int limit) {
        try (var scorer = scorer(backend, models, limit)) {
            var sweep = new ResetSweep(backend, models, scorer, folder.resolve("sweep"));
            return catchThrowableOfType(InputError.class, () -> sweep.run(List.of(), _ -> {}, () -> false))
                    .getMessage();
        }
    }

    @Test
    void modelsOfDifferentShapesAreRefused() {
        var larger = TinyModel.write(folder.resolve("larger"), TinyModel.VOCABULARY + 8);
        try (var backend = CpuBackend.open(1);
                var models = ModelPair.open(base, larger)) {
            assertThatThrownBy(() -> new ResetSweep(
                                    backend, models, new StoppingScorer(new int[] {9}), folder.resolve("sweep"))
                            .run(List.of(), _ -> {}, () -> false))
                    .isInstanceOf(InputError.class)
                    .hasMessageContaining("model.embed_tokens.weight has shape")
                    .hasMessageContaining(base + " and " + larger);
        }
    }
}
