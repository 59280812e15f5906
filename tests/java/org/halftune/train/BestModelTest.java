package org.halftune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.halftune.train.arguments.BestModelOptions;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArguments.When;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.checkpoint.BestEvaluation;
import org.halftune.train.checkpoint.CheckpointFolder;
import org.halftune.train.checkpoint.TrainerStateFile;
import org.halftune.train.record.MetricsRow;
import org.halftune.train.record.Outcome;
import org.halftune.train.record.TrainingListener;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The best model and early stopping, with transformers' semantics. */
class BestModelTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void makeModelAndRows() throws IOException {
        TestRuns.model(folder.resolve("model"), DType.BF16, 7);
        TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1);
        TestRuns.rows(folder.resolve("eval.jsonl"), 5, 2);
    }

    /** A rate at which the evaluation loss goes up and down. */
    private TrainingArgumentsBuilder flags(String output) {
        var flags = TestRuns.flags(folder.resolve("model"), folder.resolve("rows.jsonl"), folder.resolve(output));
        flags.evalFiles = List.of(folder.resolve("eval.jsonl"));
        flags.learningRate = 0.5;
        flags.lrSchedulerType = TrainingArguments.SchedulerType.CONSTANT;
        flags.evalStrategy = When.STEPS;
        flags.evalSteps = 1;
        flags.saveSteps = 1;
        flags.loadBestModelAtEnd = true;
        return flags;
    }

    private static List<MetricsRow.Evaluation> evaluations(TrainingArgumentsBuilder flags) {
        var rows = new ArrayList<MetricsRow.Evaluation>();
        TestRuns.run(
                flags,
                new TrainingListener() {
                    @Override
                    public void logged(MetricsRow row) {
                        if (row instanceof MetricsRow.Evaluation evaluation) rows.add(evaluation);
                    }
                },
                new StopSignal());
        return rows;
    }

    @Test
    void bestCheckpointIsExportedAndNeverPruned() {
        var flags = flags("out");
        flags.saveTotalLimit = 1;
        var best = evaluations(flags).stream()
                .min(Comparator.comparingDouble(MetricsRow.Evaluation::loss))
                .orElseThrow();
        assertThat(best.step()).isBetween(2, 11); // else this test shows nothing
        assertThat(new CheckpointFolder(folder.resolve("out")).complete())
                .extracting(CheckpointFolder.Checkpoint::step)
                .containsExactly(best.step(), 12);
        assertSameModel("out/checkpoint-" + best.step(), "out");
        assertThat(TrainerStateFile.read(folder.resolve("out/checkpoint-12"))
                        .state()
                        .best()
                        .checkpoint())
                .isEqualTo(best.step());
    }

    @Test
    void cardDescribesTheExportedStepAndEarlyStopping() throws IOException {
        var flags = flags("out");
        flags.evalFiles = List.of(folder.resolve("eval.jsonl"), folder.resolve("rows.jsonl"));
        flags.earlyStoppingPatience = 1;
        flags.loggingSteps = 1;
        var finished = (Outcome.Finished) TestRuns.run(flags);
        var best = finished.exported().orElseThrow();
        int last = finished.summary().step();
        assertThat(finished.early()).isTrue();
        assertThat(Files.readString(folder.resolve("out/README.md")))
                .contains("| steps | " + best.step() + " |", "of a run of " + last + " steps")
                .contains("| early stopping | after " + last + " of 12 planned steps |")
                .contains(
                        "%.4f (%d) |".formatted(best.loss(), best.step()),
                        "| evaluation data | eval.jsonl, rows.jsonl |")
                .doesNotContain("(" + last + ")");
    }

    @Test
    void resumedRunNeedsTheSameEvaluationRows() {
        TestRuns.runUntil(flags("out"), 3);
        var resumed = flags("out");
        resumed.evalFiles = List.of(folder.resolve("rows.jsonl"));
        resumed.resumeFromCheckpoint = new Resume.Newest();
        assertThatThrownBy(() -> TestRuns.run(resumed))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("the rows to evaluate on");
    }

    @Test
    void onlyEvaluatedAndSavedStepsAreSelected() {
        var flags = flags("out");
        flags.saveSteps = 4;
        evaluations(flags);
        var best = TrainerStateFile.read(folder.resolve("out/checkpoint-12"))
                .state()
                .best();
        assertThat(best.checkpoint()).isIn(0, 4, 8, 12);
        assertSameModel(best.checkpoint() == 0 ? "out/checkpoint-12" : "out/checkpoint-" + best.checkpoint(), "out");
    }

    @Test
    void resumedRunSelectsAndStopsEarlyLikeTheUninterruptedOne() {
        for (int patience : new int[] {2, 100}) {
            String whole = "whole-" + patience;
            var uninterrupted = flags(whole);
            uninterrupted.earlyStoppingPatience = patience;
            var finished = (Outcome.Finished) TestRuns.run(uninterrupted);
            int last = finished.summary().step();
            assertThat(finished.early()).isEqualTo(patience == 2);
            assertThat(finished.exported()).isPresent();
            for (int step = 1; step < last; step++) {
                String output = "stopped-" + patience + "-" + step;
                var first = flags(output);
                first.earlyStoppingPatience = patience;
                TestRuns.runUntil(first, step);
                var second = flags(output);
                second.earlyStoppingPatience = patience;
                second.resumeFromCheckpoint = new Resume.Newest();
                var continued = (Outcome.Finished) TestRuns.run(second);
                assertThat(continued.summary().step()).isEqualTo(last);
                assertThat(continued.exported()).isEqualTo(finished.exported());
                assertSameModel(whole, output);
                String checkpoint = "checkpoint-" + last;
                assertThat(TrainerStateFile.read(folder.resolve(output).resolve(checkpoint))
                                .state())
                        .isEqualTo(TrainerStateFile.read(folder.resolve(whole).resolve(checkpoint))
                                .state());
            }
        }
    }

    /** The sequence that transformers 5.18 gives with patience 2 and a threshold of 0.1. */
    @Test
    void patienceCountsImprovementsAboveTheThreshold() {
        var bestModel = new BestModelOptions(false, false, false, OptionalInt.of(2), 0.1);
        double[] losses = {3.0, 2.95, 2.5, 2.45, 2.46};
        int[] waited = {0, 1, 0, 1, 2};
        double[] metrics = {3.0, 2.95, 2.5, 2.45, 2.45};
        var best = BestEvaluation.NONE;
        for (int i = 0; i < losses.length; i++) {
            best = best.afterEvaluation(losses[i], i + 1, bestModel);
            assertThat(best.notBetter()).as("after evaluation %d", i + 1).isEqualTo(waited[i]);
            assertThat(best.metric()).hasValue(metrics[i]);
            assertThat(best.exhausted(bestModel)).isEqualTo(i == 4);
        }
    }

    @Test
    void checkpointWithoutOptimizerStateCannotBeResumed() {
        var flags = flags("out");
        flags.saveOnlyModel = true;
        TestRuns.runUntil(flags, 3);
        assertThat(folder.resolve("out/checkpoint-3/model.safetensors")).exists();
        assertThat(folder.resolve("out/checkpoint-3/optimizer.safetensors")).doesNotExist();
        var again = flags("out");
        again.resumeFromCheckpoint = new Resume.Newest();
        assertThatThrownBy(() -> TestRuns.run(again))
                .isInstanceOf(InputError.class)
                .hasMessageContainingAll("no optimizer state", "--save_only_model", "checkpoint-3");
    }

    @Test
    void settingsThatCannotSelectABestModelAreRefused() {
        var strategies = flags("out");
        strategies.saveStrategy = When.EPOCH;
        assertThatThrownBy(strategies::build)
                .isInstanceOf(InputError.class)
                .hasMessageContaining("--save_strategy steps");
        var multiple = flags("out");
        multiple.evalSteps = 2;
        multiple.saveSteps = 3;
        assertThatThrownBy(multiple::build).hasMessageContaining("3 is not a multiple of 2");
        var nothing = flags("out");
        nothing.evalFiles = List.of();
        nothing.evalStrategy = null;
        assertThatThrownBy(nothing::build).hasMessageContaining("--load_best_model_at_end needs evaluations");
        var metric = flags("out");
        metric.metricForBestModel = "accuracy";
        assertThatThrownBy(metric::build).hasMessageContaining("eval_loss");
    }

    private void assertSameModel(String expected, String actual) {
        try {
            for (String file : List.of("model.safetensors", "config.json")) {
                assertThat(Files.mismatch(
                                folder.resolve(actual).resolve(file),
                                folder.resolve(expected).resolve(file)))
                        .as("first byte of %s/%s that differs from %s", actual, file, expected)
                        .isEqualTo(-1);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
