package org.halftune.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.halftune.problem.InputError;
import org.halftune.report.study.StudyJson;
import org.halftune.train.StopSignal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A grid of eight trainings of a tiny model, and three cells of its base. */
class StudyRunTest {
    @TempDir
    Path folder;

    private TinyStudy study;
    private Path cells;

    @BeforeEach
    void study() throws IOException {
        study = new TinyStudy(folder);
        cells = study.output.resolve(CellLog.FILE);
    }

    /** The lines of the file without the time, which differs from run to run. */
    private List<String> lines() throws IOException {
        return Files.readAllLines(cells).stream()
                .map(line -> line.replaceFirst(",\"seconds\":[^}]*", ""))
                .toList();
    }

    @Test
    void killedStudyEndsWithTheSameResult() throws IOException {
        String whole = StudyJson.text(study.run());
        var all = lines();
        assertThat(all).hasSize(11);

        // A kill after the fifth cell, in the middle of the sixth line.
        var kept = Files.readAllLines(cells).subList(0, 5);
        Files.writeString(cells, String.join("\n", kept) + "\n{\"key\":\"f00");
        assertThat(StudyJson.text(study.run())).isEqualTo(whole);
        assertThat(study.notices).contains("11 cells: 5 finished, 6 to do, 1 at the same time");
        assertThat(lines()).containsExactlyElementsOf(all);
    }

    @Test
    void cellsInAnyOrderAndSeveralAtATimeGiveTheSameResult() throws IOException {
        String one = StudyJson.text(study.run());
        var sequential = new HashSet<>(lines());
        Files.delete(cells);
        study.parallel = 3;
        assertThat(StudyJson.text(study.run())).isEqualTo(one);
        assertThat(new HashSet<>(lines())).isEqualTo(sequential);

        var shuffled = new ArrayList<>(Files.readAllLines(cells));
        Collections.reverse(shuffled);
        Files.write(cells, shuffled);
        assertThat(StudyJson.text(study.run())).isEqualTo(one);
        assertThat(study.notices).contains("11 cells: 11 finished, 0 to do, 3 at the same time");
    }

    @Test
    void anotherRateTrainsOnlyItsOwnCells() {
        study.rates = List.of(1e-3);
        study.run();
        study.rates = List.of(1e-3, 2e-3);
        study.notices.clear();
        study.run();
        assertThat(study.notices).contains("11 cells: 7 finished, 4 to do, 1 at the same time");
    }

    @Test
    void questionsToChooseOnAreNotScored() {
        var suites = study.run().tasks().getFirst().suites();
        assertThat(suites.getFirst().choosing()).isEqualTo(3);
        assertThat(suites.getFirst().scoring()).isEqualTo(3);
        assertThat(suites.getLast().role()).isEqualTo("kept");
    }

    @Test
    void finishedCellsAreReportedWithoutTraining() throws IOException {
        assertThatThrownBy(() -> study.study(_ -> {}).report())
                .isInstanceOf(InputError.class)
                .hasMessageContaining("no training of this study is finished");
        study.run();
        Files.write(cells, Files.readAllLines(cells).subList(0, 6));
        var result = study.study(_ -> {}).report();
        assertThat(result.missing()).isEqualTo(5);
        assertThat(Files.readAllLines(cells)).hasSize(6);
    }

    @Test
    void failureOfOneCellStopsTheOthersAndKeepsWhatIsFinished() throws IOException {
        study.parallel = 2;
        var listener = new StudyListener() {
            @Override
            public void notice(String line) {}

            @Override
            public void finished(String line, int finishedCells, int all, double secondsLeft) {
                if (finishedCells == 5) throw new IllegalStateException("no more");
            }
        };
        assertThatThrownBy(() -> study.study(listener).run()).hasMessage("no more");
        assertThat(Files.readAllLines(cells).size()).isBetween(5, 6);
        assertThat(study.run().missing()).isZero();
    }

    @Test
    void stoppedStudyGoesOn() throws IOException {
        var listener = new StudyListener() {
            @Override
            public void notice(String line) {}

            @Override
            public void finished(String line, int finishedCells, int all, double secondsLeft) {
                if (finishedCells == 5) study.stop.request();
            }
        };
        assertThat(study.study(listener).run()).isEmpty();
        assertThat(Files.readAllLines(cells)).hasSize(5);
        study.stop = new StopSignal();
        assertThat(study.run().missing()).isZero();
    }

    @Test
    void damagedLineIsAnErrorWithItsPlace() throws IOException {
        Files.createDirectories(study.output);
        Files.writeString(cells, "{\"key\":1}\n", StandardOpenOption.CREATE);
        assertThatThrownBy(study::run)
                .isInstanceOf(InputError.class)
                .hasMessageContaining("not a cell of a study")
                .hasMessageContaining("line 1");
    }

    @Test
    void splitNeedsQuestionsOnBothSides() {
        study.choose = 0.05;
        assertThatThrownBy(study::run).isInstanceOf(InputError.class).hasMessageContaining("without questions");
    }

    @Test
    void resetIsScoredAfterTheTrainingThatItShares() throws IOException {
        study.run();
        var without = new HashSet<>(lines());
        Files.delete(cells);
        study.reset = true;
        var steps = new AtomicLong();
        var listener = new StudyListener() {
            @Override
            public void notice(String line) {}

            @Override
            public void stepped(long done, long total, int finishedCells, int all) {
                steps.set(total);
            }
        };
        var result = study.study(listener).run().orElseThrow();
        assertThat(steps).as("8 trainings of 3 steps, 4 of them scored twice").hasValue(24);
        assertThat(lines()).hasSize(15).containsAll(without);
        var methods = result.tasks().getFirst().methods();
        assertThat(methods.getLast().name()).isEqualTo("reset");
        assertThat(methods.getLast().points().getFirst().perplexity().mean())
                .isNotEqualTo(
                        methods.getFirst().points().getFirst().perplexity().mean());
    }

    @Test
    void sequencesAreCellsWithBackwardTransfer() throws IOException {
        study.sequence = true;
        var result = study.run();
        String whole = StudyJson.text(result);
        assertThat(lines()).hasSize(11); // 3 of the base model, 8 sequences
        assertThat(result.tasks()
                        .getFirst()
                        .methods()
                        .getFirst()
                        .best()
                        .getFirst()
                        .figures())
                .containsKeys("BWT", "perplexity");
        assertThat(study.output.resolve("models"))
                .as("models of finished cells are deleted")
                .isEmptyDirectory();

        Files.write(cells, Files.readAllLines(cells).subList(0, 9));
        study.parallel = 2;
        assertThat(StudyJson.text(study.run())).isEqualTo(whole);
    }
}
