package org.halftune.train.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.halftune.problem.InputError;
import org.halftune.source.WeightedPath;
import org.halftune.tensor.DType;
import org.halftune.train.StopSignal;
import org.halftune.train.TestRuns;
import org.halftune.train.arguments.TrainingArguments.When;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.record.MetricsRow;
import org.halftune.train.record.Outcome;
import org.halftune.train.record.TrainingListener;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From flags to what a run learns and is evaluated on. */
class TrainingDataTest {
    @TempDir
    Path folder;

    private Path model;
    private Path rows;
    private final List<String> notices = new ArrayList<>();
    private final List<Double> evaluations = new ArrayList<>();

    @BeforeEach
    void writeModelAndRows() throws IOException {
        model = TestRuns.model(folder.resolve("model"), DType.F32, 1);
        rows = TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1);
    }

    @Test
    void rowsAreHeldOutAndEvaluatedOn() {
        var flags = flags("out");
        flags.valSize = 0.1;
        flags.evalStrategy = When.EPOCH;
        run(flags);
        assertThat(notices).contains("held out for evaluation: 3 of 23 rows");
        assertThat(evaluations).hasSize(1);
    }

    @Test
    void packedEvaluationHasTheUnpackedLoss() {
        for (boolean packing : new boolean[] {false, true}) {
            var flags = flags("packed-" + packing);
            flags.learningRate = 0;
            flags.evalFiles = List.of(rows, rows);
            flags.evalStrategy = When.EPOCH;
            flags.packing = packing;
            run(flags);
        }
        assertThat(evaluations).hasSize(2);
        assertThat(evaluations.get(1)).isCloseTo(evaluations.get(0), within(1e-5));
    }

    @Test
    void packedStepHasTheUnpackedLossOnTheSameTokens() {
        var losses = new ArrayList<Double>();
        for (boolean packing : new boolean[] {false, true}) {
            var flags = flags("step-" + packing);
            flags.packing = packing;
            flags.perDeviceTrainBatchSize = 23; // all rows in a step
            flags.gradientAccumulationSteps = 1;
            flags.numTrainEpochs = 3;
            losses.add(((Outcome.Finished) run(flags)).summary().loss());
        }
        assertThat(losses.get(1)).isCloseTo(losses.get(0), within(1e-5));
    }

    @Test
    void weightedFilesMakeAnEpochOfTheirProportions() throws IOException {
        var flags = flags("mixed");
        flags.trainFiles.add(TestRuns.rows(folder.resolve("more.jsonl"), 200, 2));
        flags.trainWeights = List.of(OptionalDouble.of(1), OptionalDouble.of(2));
        run(flags);
        assertThat(notices)
                .contains("rows per epoch: 23 of 23 from " + rows + ", 46 of 200 from " + flags.trainFiles.get(1));
        flags.trainWeights = List.of(OptionalDouble.of(1), OptionalDouble.empty());
        assertThat(catchThrowableOfType(InputError.class, flags::build).what()).contains("has no weight");
    }

    @Test
    void dataSetsAreReadByNameAndLimited() throws IOException {
        Files.writeString(folder.resolve("plain.jsonl"), """
                {"input_ids": [1, 2, 3]}
                {"input_ids": [4, 5, 6]}
                """);
        Files.writeString(folder.resolve("dataset_info.json"), "{\"bare\": {\"file_name\": \"plain.jsonl\"}}");
        var flags = flags("named");
        flags.datasetDir = folder;
        flags.datasets = List.of(new WeightedPath("bare", OptionalDouble.empty()));
        flags.maxSamples = 1;
        run(flags);
        flags.trainFiles.clear();
        flags.datasets = List.of(new WeightedPath("other", OptionalDouble.empty()));
        assertThat(catchThrowableOfType(InputError.class, () -> run(flags)).what())
                .contains("the file defines bare");
    }

    @Test
    void noticeListsTheFilesReadFromAFolder() throws IOException {
        Path data = Files.createDirectory(folder.resolve("data"));
        TestRuns.rows(data.resolve("a.jsonl"), 5, 1);
        Files.writeString(data.resolve("notes.md"), "");
        var flags = flags("folder");
        flags.trainFiles = new ArrayList<>(List.of(data));
        run(flags);
        assertThat(notices).contains(data + ": reads a.jsonl; skips notes.md");
    }

    @Test
    void valSizeAndEvalFileCannotBeCombined() {
        var flags = flags("both");
        flags.valSize = 0.5;
        flags.evalFiles = List.of(rows);
        assertThat(catchThrowableOfType(InputError.class, flags::build).what())
                .isEqualTo("--val_size and --eval_file cannot be combined");
        flags.evalFiles = List.of();
        flags.valSize = 1.5;
        assertThat(catchThrowableOfType(InputError.class, flags::build).what()).contains("val_size");
    }

    private TrainingArgumentsBuilder flags(String output) {
        var flags = TestRuns.flags(model, rows, folder.resolve(output));
        flags.numTrainEpochs = 1;
        flags.overwriteOutputDir = true;
        return flags;
    }

    private Outcome run(TrainingArgumentsBuilder flags) {
        return TestRuns.run(
                flags,
                new TrainingListener() {
                    @Override
                    public void notice(String line) {
                        notices.add(line);
                    }

                    @Override
                    public void logged(MetricsRow row) {
                        if (row instanceof MetricsRow.Evaluation evaluation) evaluations.add(evaluation.loss());
                    }
                },
                new StopSignal());
    }
}
