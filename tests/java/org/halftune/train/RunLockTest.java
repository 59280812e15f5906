package org.halftune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.halftune.problem.InputError;
import org.halftune.session.StepResult;
import org.halftune.tensor.DType;
import org.halftune.train.record.Outcome;
import org.halftune.train.record.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {
    @TempDir
    private Path folder;

    @Test
    void secondRunIsRefusedUntilTheFirstEnds() {
        var notices = new ArrayList<String>();
        try (var _ = RunLock.take(folder, notices::add)) {
            assertThatThrownBy(() -> RunLock.take(folder, notices::add))
                    .isInstanceOf(InputError.class)
                    .hasMessageContainingAll(
                            "another run", "process " + ProcessHandle.current().pid(), "--output_dir");
        }
        assertThat(folder.resolve(RunLock.FILE)).doesNotExist();
        RunLock.take(folder, notices::add).close();
        assertThat(notices).isEmpty();
    }

    @Test
    void lockFileOfAKilledRunDoesNotBlock() throws IOException {
        Path model = TestRuns.model(folder.resolve("model"), DType.BF16, 7);
        Path rows = TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1);
        Path output = Files.createDirectory(folder.resolve("out"));
        Files.writeString(output.resolve(RunLock.FILE), "process 1 on another machine\n");
        assertThat(TestRuns.run(TestRuns.flags(model, rows, output))).isInstanceOf(Outcome.Finished.class);
        assertThat(output.resolve(RunLock.FILE)).doesNotExist();
    }

    @Test
    void lockedOutputFolderIsRefused() throws IOException {
        Path model = TestRuns.model(folder.resolve("model"), DType.BF16, 7);
        Path rows = TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1);
        Path output = folder.resolve("out");
        var refused = new ArrayList<InputError>();
        var first = TestRuns.flags(model, rows, output);
        TestRuns.run(
                first,
                new TrainingListener() {
                    @Override
                    public void stepped(int step, int totalSteps, StepResult result) {
                        if (step != 2) return;
                        try {
                            TestRuns.run(TestRuns.flags(model, rows, output));
                        } catch (InputError e) {
                            refused.add(e);
                        }
                    }
                },
                new StopSignal());
        assertThat(refused)
                .singleElement()
                .extracting(InputError::what)
                .asString()
                .startsWith("another run");
        assertThat(Files.readAllLines(output.resolve("metrics.jsonl"))).hasSize(5);
    }
}
