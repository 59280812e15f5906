package org.halftune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.halftune.backend.DeviceFailure;
import org.halftune.hft.SelectionFile;
import org.halftune.model.ParameterSpec;
import org.halftune.pretrained.FiniteCheck;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.problem.InputError;
import org.halftune.session.StepResult;
import org.halftune.tensor.DType;
import org.halftune.tensor.Rounding;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArguments.Masters;
import org.halftune.train.arguments.TrainingArguments.RowOrder;
import org.halftune.train.arguments.TrainingArguments.SaveType;
import org.halftune.train.arguments.TrainingArguments.SchedulerType;
import org.halftune.train.arguments.TrainingArguments.When;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.checkpoint.CheckpointFolder;
import org.halftune.train.record.MetricsRow;
import org.halftune.train.record.Outcome;
import org.halftune.train.record.TrainingFailure;
import org.halftune.train.record.TrainingListener;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainRunTest {
    @TempDir
    private Path folder;

    private Path model;
    private Path rows;

    @BeforeEach
    void makeModelAndRows() throws IOException {
        model = TestRuns.model(folder.resolve("model"), DType.BF16, 7);
        rows = TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1);
    }

    private TrainingArgumentsBuilder flags(String output) {
        return TestRuns.flags(model, rows, folder.resolve(output));
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void trainingLowersTheLoss(Method method) throws IOException {
        var flags = flags("out");
        flags.method = method;
        flags.numTrainEpochs = 30;
        flags.learningRate = 1e-2;
        flags.saveStrategy = When.NO;
        flags.loggingSteps = 10;
        TestRuns.run(flags);
        var losses = metrics("out").stream()
                .filter(row -> row.contains("\"loss\""))
                .map(row -> Double.parseDouble(row.replaceAll(".*\"loss\":([0-9.E-]+).*", "$1")))
                .toList();
        assertThat(losses).hasSize(12);
        assertThat(losses.getLast()).isLessThan(0.5 * losses.getFirst());
    }

    /** Reduced precision is for a device that stores weights in fewer bits; here nothing is written. */
    @ParameterizedTest
    @ValueSource(strings = {"moments", "masters", "rounding"})
    void bf16StateIsRefusedOnTheCpu(String asked) {
        var flags = flags("refused");
        if (asked.equals("moments")) flags.momentsDtype = SaveType.BFLOAT16;
        if (asked.equals("masters")) flags.masters = Masters.NONE;
        if (asked.equals("rounding")) flags.weightRounding = Rounding.STOCHASTIC; // though it is the default
        assertThatThrownBy(() -> TestRuns.run(flags))
                .isInstanceOf(InputError.class)
                .hasMessageContainingAll("--moments_dtype", "--masters none", "--weight_rounding");
        assertThat(folder.resolve("refused")).doesNotExist();
    }

    @Test
    void equalRunsEndInEqualBits() throws IOException {
        TestRuns.run(flags("one"));
        TestRuns.run(flags("two"));
        for (String file : List.of("model.safetensors", "checkpoint-12/optimizer.safetensors")) {
            assertThat(Files.mismatch(
                            folder.resolve("one").resolve(file),
                            folder.resolve("two").resolve(file)))
                    .as(file)
                    .isEqualTo(-1);
        }
        var other = flags("three");
        other.seed = 43;
        other.hftSeed = 42L;
        TestRuns.run(other);
        assertThat(Files.mismatch(folder.resolve("one/model.safetensors"), folder.resolve("three/model.safetensors")))
                .isNotEqualTo(-1);
    }

    @ParameterizedTest
    @EnumSource(SaveType.class)
    void frozenTensorsKeepTheirBitsInCheckpointsAndExport(SaveType type) {
        var flags = flags("out");
        flags.saveDtype = type;
        TestRuns.run(flags);
        boolean exact = type != SaveType.FLOAT16; // the source is BF16
        try (var source = PretrainedFolder.open(model);
                var exported = PretrainedFolder.open(folder.resolve("out"));
                var checkpoint = PretrainedFolder.open(folder.resolve("out/checkpoint-4"))) {
            var selection = SelectionFile.read(folder.resolve("out/selection.json"), source.config());
            assertThat(selection.trainable())
                    .hasSizeBetween(1, selection.specs().size() - 1);
            for (var spec : ParameterSpec.all(source.config())) {
                var before = source.source().get(spec.name()).toFloats();
                if (selection.trains(spec.name())) {
                    assertThat(exported.source().get(spec.name()).toFloats())
                            .as(spec.name())
                            .isNotEqualTo(before);
                } else if (exact) {
                    assertThat(exported.source().get(spec.name()).toFloats())
                            .as(spec.name())
                            .isEqualTo(before);
                    assertThat(checkpoint.source().get(spec.name()).toFloats())
                            .as(spec.name())
                            .isEqualTo(before);
                }
            }
        }
    }

    @Test
    void twoBatchesOfFourTrainLikeOneOfEight() {
        var eight = flags("eight");
        eight.perDeviceTrainBatchSize = 8;
        eight.gradientAccumulationSteps = 1;
        var four = flags("four");
        four.perDeviceTrainBatchSize = 4;
        four.gradientAccumulationSteps = 2;
        double whole = ((Outcome.Finished) TestRuns.run(eight)).summary().loss();
        double halves = ((Outcome.Finished) TestRuns.run(four)).summary().loss();
        assertThat(halves).isCloseTo(whole, within(1e-4 * whole));
    }

    @Test
    void metricsHaveTheKeysOfTransformers() throws IOException {
        var flags = flags("out");
        flags.trainSamplingStrategy = RowOrder.SEQUENTIAL;
        flags.evalFiles = List.of(TestRuns.rows(folder.resolve("eval.jsonl"), 5, 2));
        flags.evalStrategy = When.EPOCH;
        var seen = new ArrayList<MetricsRow>();
        var losses = new ArrayList<Double>();
        TestRuns.run(
                flags,
                new TrainingListener() {
                    @Override
                    public void stepped(int step, int totalSteps, StepResult result) {
                        assertThat(totalSteps).isEqualTo(12);
                        losses.add(result.loss());
                    }

                    @Override
                    public void logged(MetricsRow row) {
                        seen.add(row);
                    }
                },
                new StopSignal());

        var lines = metrics("out");
        assertThat(lines).hasSize(4 + 3 + 1).hasSameSizeAs(seen);
        assertThat(lines.get(0))
                .startsWith("{\"step\":3,\"epoch\":0.75,\"loss\":")
                .contains("\"grad_norm\":", "\"learning_rate\":0.003,", "\"tokens_per_second\":");
        assertThat(((MetricsRow.Training) seen.get(0)).loss())
                .isEqualTo((losses.get(0) + losses.get(1) + losses.get(2)) / 3);
        assertThat(lines.get(1))
                .startsWith("{\"step\":4,\"epoch\":1.0,\"eval_loss\":")
                .contains("\"eval_perplexity\":", "\"eval_runtime\":");
        assertThat(lines.getLast())
                .startsWith("{\"step\":12,\"epoch\":3.0,\"train_loss\":")
                .contains("\"num_input_tokens_seen\":", "\"train_runtime\":");
        var summary = (MetricsRow.Summary) seen.getLast();
        assertThat(summary.loss())
                .isCloseTo(losses.stream().mapToDouble(x -> x).average().orElseThrow(), within(1e-12));
    }

    @Test
    void evaluationDoesNotDependOnItsBatches() throws IOException {
        var losses = new ArrayList<Double>();
        for (int batch : new int[] {1, 3, 100}) { // 100 are cut to what the training's buffers hold
            var flags = flags("batch-" + batch);
            flags.evalFiles = List.of(TestRuns.rows(folder.resolve("eval.jsonl"), 40, 2));
            flags.evalStrategy = When.STEPS;
            flags.evalSteps = 100;
            flags.perDeviceEvalBatchSize = batch;
            var listener = new TrainingListener() {
                @Override
                public void logged(MetricsRow row) {
                    if (row instanceof MetricsRow.Evaluation evaluation) losses.add(evaluation.loss());
                }
            };
            TestRuns.run(flags, listener, new StopSignal());
        }
        assertThat(losses).hasSize(3);
        assertThat(losses.get(1)).isCloseTo(losses.get(0), within(1e-6));
        assertThat(losses.get(2)).isCloseTo(losses.get(0), within(1e-6));
    }

    @Test
    void packedRowsTrainAndCountTheSameTokens() {
        var packed = flags("packed");
        packed.packing = true;
        packed.perDeviceTrainBatchSize = 1;
        packed.numTrainEpochs = 1;
        var single = flags("single");
        single.numTrainEpochs = 1;
        long tokens = ((Outcome.Finished) TestRuns.run(single)).summary().tokens();
        assertThat(((Outcome.Finished) TestRuns.run(packed)).summary().tokens()).isEqualTo(tokens);
    }

    @Test
    void fromScratchNeedsNoWeights() throws IOException {
        Path bare = Files.createDirectory(folder.resolve("bare"));
        Files.copy(model.resolve("config.json"), bare.resolve("config.json"));
        var flags = flags("out");
        flags.modelNameOrPath = bare;
        flags.fromScratch = true;
        flags.method = Method.FFT;
        assertThat(TestRuns.run(flags)).isInstanceOf(Outcome.Finished.class);
        try (var exported = PretrainedFolder.open(folder.resolve("out"))) {
            assertThat(exported.config()).isEqualTo(TestRuns.config(DType.BF16));
        }
    }

    @Test
    void nanLossEndsTheRunAndKeepsTheLastCheckpoint() {
        var flags = flags("out");
        flags.learningRate = 1e30;
        flags.maxGradNorm = 0;
        flags.lrSchedulerType = SchedulerType.CONSTANT_WITH_WARMUP;
        flags.warmupSteps = 3;
        flags.saveSteps = 1;
        assertThatThrownBy(() -> TestRuns.run(flags))
                .isInstanceOf(TrainingFailure.class)
                .hasMessageMatching(
                        "(?s)the (loss|gradient norm) is (NaN|-?Infinity) at step \\d+ of 12.*learning_rate.*");
        var checkpoints = new CheckpointFolder(folder.resolve("out")).complete();
        assertThat(checkpoints).isNotEmpty();
        try (var last = PretrainedFolder.open(checkpoints.getFirst().folder())) {
            FiniteCheck.of(last);
        }
    }

    @Test
    void saturatedModelEndsTheRun() {
        var flags = flags("out");
        flags.method = Method.FFT;
        flags.learningRate = 1e4;
        flags.saveSteps = 1;
        assertThatThrownBy(() -> TestRuns.run(flags))
                .isInstanceOf(TrainingFailure.class)
                .hasMessageContainingAll("diverged", "the gradient is 0", "--learning_rate (now 10000; 2e-5");
        assertThat(folder.resolve("out/config.json")).doesNotExist();
        assertThat(new CheckpointFolder(folder.resolve("out")).complete()).isNotEmpty();
    }

    /** A report for every end: all steps, Ctrl-C, failure. */
    @Test
    void everyRunWritesAReportWithItsOutcome() throws IOException {
        TestRuns.run(flags("done"));
        TestRuns.runUntil(flags("stopped"), 5);
        var resumed = flags("stopped");
        resumed.resumeFromCheckpoint = new TrainingArguments.Resume.Newest();
        assertThat(folder.resolve("stopped/report.html"))
                .content()
                .contains(">stopped<", "5 of 12 steps", "checkpoint-5");
        TestRuns.run(resumed);
        var failing = flags("failed");
        failing.method = Method.FFT;
        failing.learningRate = 30;
        assertThatThrownBy(() -> TestRuns.run(failing)).isInstanceOf(TrainingFailure.class);
        assertThat(folder.resolve("done/report.html")).content().contains(">done<", "12 of 12 steps");
        assertThat(folder.resolve("stopped/report.html")).content().contains(">done<", "12 of 12 steps");
        assertThat(folder.resolve("failed/report.html")).content().contains(">failed<", "training has diverged");
    }

    @Test
    void runThatEndsAboveRandomGuessingFails() {
        var flags = flags("out");
        flags.method = Method.FFT;
        flags.learningRate = 30;
        assertThatThrownBy(() -> TestRuns.run(flags))
                .isInstanceOf(TrainingFailure.class)
                .hasMessageContainingAll("diverged", "the loss rose from", "--learning_rate");
        assertThat(folder.resolve("out/config.json")).doesNotExist();
    }

    /** Its last checkpoint is whole, and the loss it ended with stands in its metrics. */
    @Test
    void resumedDivergedRunFailsAgain() {
        for (int loggingSteps : new int[] {1, 5}) {
            var flags = flags("out-" + loggingSteps);
            flags.method = Method.FFT;
            flags.learningRate = 30;
            flags.loggingSteps = loggingSteps;
            flags.saveSteps = 12;
            assertThatThrownBy(() -> TestRuns.run(flags)).isInstanceOf(TrainingFailure.class);
            flags.resumeFromCheckpoint = new TrainingArguments.Resume.Newest();
            assertThatThrownBy(() -> TestRuns.run(flags))
                    .isInstanceOf(TrainingFailure.class)
                    .hasMessageContaining("the loss rose from");
            assertThat(folder.resolve("out-" + loggingSteps + "/config.json")).doesNotExist();
        }
    }

    @Test
    void reportOfADeviceFailureSaysFailed() {
        var flags = flags("out");
        flags.saveSteps = 1;
        TrainingListener failing = new TrainingListener() {
            @Override
            public void stepped(int step, int totalSteps, StepResult result) {
                if (step == 3) throw new DeviceFailure("the device is gone", "", "");
            }
        };
        assertThatThrownBy(() -> TestRuns.run(flags, failing, new StopSignal()))
                .hasMessageContaining("the device is gone");
        assertThat(folder.resolve("out/report.html")).content().contains(">failed<", "the device is gone");
        assertThat(folder.resolve("out/.halftune.lock")).doesNotExist();
    }

    @Test
    void evaluationIsEveryEpochByDefault() throws IOException {
        var flags = flags("out");
        flags.evalFiles = List.of(TestRuns.rows(folder.resolve("eval.jsonl"), 5, 2));
        flags.evalOnStart = true;
        TestRuns.run(flags);
        assertThat(metrics("out").stream().filter(row -> row.contains("eval_loss")))
                .extracting(row -> row.substring(0, row.indexOf(',')))
                .containsExactly("{\"step\":0", "{\"step\":4", "{\"step\":8", "{\"step\":12");
        var silent = flags("silent");
        silent.evalFiles = flags.evalFiles;
        silent.evalStrategy = When.NO;
        TestRuns.run(silent);
        assertThat(metrics("silent")).noneMatch(row -> row.contains("eval_loss"));
    }

    @Test
    void textNeedsATokenizer() throws IOException {
        var flags = flags("out");
        flags.trainFiles.set(0, Files.writeString(folder.resolve("text.jsonl"), "{\"text\":\"hello\"}\n"));
        assertThatThrownBy(() -> TestRuns.run(flags))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("tokenizer.json");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void invalidRowsWriteNothing() throws IOException {
        var flags = flags("out");
        flags.trainFiles.set(
                0, Files.writeString(folder.resolve("bad.jsonl"), "{\"input_ids\":[1,99],\"labels\":[1,99]}\n"));
        assertThatThrownBy(() -> TestRuns.run(flags))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("99");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    private List<String> metrics(String output) throws IOException {
        return Files.readAllLines(folder.resolve(output).resolve("metrics.jsonl"));
    }
}
