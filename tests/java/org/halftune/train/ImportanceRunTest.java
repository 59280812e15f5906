package org.halftune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.halftune.hft.Ratios;
import org.halftune.hft.SelectionFile;
import org.halftune.hft.SelectionOrigin;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.halftune.train.arguments.Selecting.HftStrategy;
import org.halftune.train.arguments.TrainingArguments.Resume;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.record.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportanceRunTest {
    @TempDir
    private Path folder;

    private Path source;

    @BeforeEach
    void write() throws IOException {
        TestRuns.model(folder.resolve("model"), DType.F32, 7);
        TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1);
        source = TestRuns.rows(folder.resolve("source.jsonl"), 10, 2);
    }

    private TrainingArgumentsBuilder flags(String output) {
        var flags = TestRuns.flags(folder.resolve("model"), folder.resolve("rows.jsonl"), folder.resolve(output));
        flags.hftStrategy = HftStrategy.IMPORTANCE;
        flags.importanceFile = source;
        flags.importanceSamples = 6;
        return flags;
    }

    @Test
    void resumedRunHasTheScoresOfItsCheckpointAndNeedsNoSourceData() throws IOException {
        assertThat(TestRuns.run(flags("whole"))).isInstanceOf(Outcome.Finished.class);
        TestRuns.runUntil(flags("stopped"), 3);
        Files.delete(source);
        var rest = flags("stopped");
        rest.resumeFromCheckpoint = new Resume.Newest();
        assertThat(TestRuns.run(rest)).isInstanceOf(Outcome.Finished.class);
        for (var file : new String[] {"model.safetensors", "selection.json"}) {
            assertThat(Files.mismatch(
                            folder.resolve("whole").resolve(file),
                            folder.resolve("stopped").resolve(file)))
                    .as(file)
                    .isEqualTo(-1);
        }

        var selection = SelectionFile.read(folder.resolve("whole/selection.json"), TestRuns.config(DType.F32));
        var origin = (SelectionOrigin.LeastImportant) selection.origin();
        assertThat(origin.ratios()).isEqualTo(Ratios.all(0.5));
        assertThat(origin.scores().source().samples()).isEqualTo(6);
        assertThat(origin.scores().values())
                .hasSize(27)
                .allSatisfy((_, score) -> assertThat(score).isPositive());
    }

    @Test
    void otherRatioCannotResume() throws IOException {
        TestRuns.runUntil(flags("stopped"), 3);
        var rest = flags("stopped");
        rest.hftRatio = Ratios.all(0.25);
        rest.resumeFromCheckpoint = new Resume.Newest();
        assertThatThrownBy(() -> TestRuns.run(rest))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("what learns");
    }

    @Test
    void sourceWithoutRowsOrLabelsIsAClearError() throws IOException {
        Files.writeString(source, "");
        assertThatThrownBy(() -> TestRuns.run(flags("out")))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("source.jsonl");
        Files.writeString(source, "{\"input_ids\":[1,2,3],\"labels\":[-100,-100,-100]}\n");
        assertThatThrownBy(() -> TestRuns.run(flags("out")))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("source.jsonl");
        Files.delete(source);
        assertThatThrownBy(() -> TestRuns.run(flags("out")))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("source.jsonl");
        assertThat(folder.resolve("out")).doesNotExist();
    }
}
