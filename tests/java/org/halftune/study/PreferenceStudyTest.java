package org.halftune.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.problem.InputError;
import org.halftune.report.study.StudyJson;
import org.halftune.report.study.StudyResult;
import org.halftune.train.StopSignal;
import org.halftune.train.TrainRun;
import org.halftune.train.arguments.Preferring;
import org.halftune.train.arguments.Preferring.LossType;
import org.halftune.train.arguments.TrainingArguments.When;
import org.halftune.train.preference.PreferenceStage;
import org.halftune.train.record.TrainingListener;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A grid of eight trainings on preference pairs, and three cells of the base model. */
class PreferenceStudyTest {
    @TempDir
    Path folder;

    private TinyStudy study;

    @BeforeEach
    void study() throws IOException {
        study = new TinyStudy(folder);
        study.preferring = Optional.of(sigmoid(false));
    }

    private static Preferring sigmoid(boolean precompute) {
        return new Preferring(LossType.SIGMOID, 0.1, 0, precompute, OptionalInt.empty(), Optional.empty());
    }

    private static double learned(StudyResult result, int method) {
        var points = result.tasks().getFirst().methods().get(method).points();
        return points.getFirst().learned().mean();
    }

    @Test
    void killedStudyEndsWithTheSameResult() throws IOException {
        String whole = StudyJson.text(study.run());
        var cells = study.output.resolve(CellLog.FILE);
        Files.write(cells, Files.readAllLines(cells).subList(0, 6));
        study.parallel = 2;
        assertThat(StudyJson.text(study.run())).isEqualTo(whole);
        assertThat(study.notices).contains("11 cells: 6 finished, 5 to do, 2 at the same time");
    }

    @Test
    void learnedIsTheAccuracyOfDpo() throws IOException {
        study.choose = 0;
        study.seeds = List.of(1L);
        var result = study.run();
        assertThat(result.tasks().getFirst().base().learned()).isZero();
        for (boolean full : List.of(true, false)) {
            double accuracy = accuracyOfRun(full);
            assertThat(accuracy).isGreaterThan(0).isLessThanOrEqualTo(1);
            assertThat(learned(result, full ? 0 : 1)).isEqualTo(accuracy, within(1e-9));
        }
    }

    /** The last {@code eval_rewards/accuracies} of {@code halftune dpo}. */
    private double accuracyOfRun(boolean full) throws IOException {
        var setting = study.design().arms().getFirst().settings().getFirst();
        var form = study.form(full, setting, 1);
        form.outputDir = folder.resolve("dpo" + full);
        form.evalFiles = List.of(study.pairs);
        form.evalStrategy = When.STEPS;
        form.evalSteps = setting.steps();
        form.saveStrategy = When.NO;
        try (var backend = CpuBackend.open(1);
                var stage = PreferenceStage.open(study.preferring.orElseThrow())) {
            new TrainRun(form.build(), stage, backend, TrainingListener.NONE, new StopSignal(), "").run();
        }
        var evaluated = Files.readAllLines(form.outputDir.resolve("metrics.jsonl")).stream()
                .filter(line -> line.contains("eval_rewards/accuracies"))
                .toList();
        return Double.parseDouble(
                evaluated.getLast().replaceFirst(".*\"eval_rewards/accuracies\":\\s*([^,}]*).*", "$1"));
    }

    @Test
    void precomputedReferenceAndResetAreCellsOfTheirOwn() {
        study.run();
        study.preferring = Optional.of(sigmoid(true));
        study.reset = true;
        study.notices.clear();
        var result = study.run();
        assertThat(study.notices).contains("15 cells: 3 finished, 12 to do, 1 at the same time");
        assertThat(learned(result, 0)).isNotNaN();
        assertThat(result.tasks().getFirst().methods().getLast().name()).isEqualTo("reset");
    }

    @Test
    void pairsInATaskWithoutStageAreAnErrorThatNamesIt() throws IOException {
        study.preferring = Optional.empty();
        Files.copy(study.pairs, study.output.resolveSibling("test.jsonl"), StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(study::run)
                .isInstanceOf(InputError.class)
                .hasMessageContaining("preference pairs")
                .hasMessageContaining("add stage: dpo");
    }

    @Test
    void rowsWithoutRejectedAreAnError() throws IOException {
        Files.writeString(study.pairs, "{\"prompt\": \"word\", \"completion\": \"of\"}\n");
        assertThatThrownBy(study::run)
                .isInstanceOf(InputError.class)
                .hasMessageContaining("no preference pair")
                .hasMessageContaining("pairs.jsonl");
    }
}
