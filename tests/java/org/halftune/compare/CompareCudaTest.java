package org.halftune.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.cudaoncpu.OnCuda;
import org.halftune.report.Comparison;
import org.halftune.tensor.DType;
import org.halftune.train.TestRuns;
import org.halftune.train.memory.MemoryBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A comparison on a CUDA device, with a budget that its allocations meet. */
@OnCuda
class CompareCudaTest {
    @TempDir
    Path folder;

    private Comparison within(String budget) throws IOException {
        var model = folder.resolve("model");
        if (!Files.exists(model)) TestRuns.model(model, TestRuns.config(DType.BF16, 8), 7);
        var flags = TestRuns.flags(model, TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1), folder.resolve("out"));
        flags.maxSteps = 4;
        flags.freezeEmbeddings = true;
        var listener = new CompareListener() {
            @Override
            public void notice(String line) {}

            @Override
            public void stepped(int step, int total, double fullLoss, double halfLoss) {}
        };
        try (var backend = CudaBackend.open(0)) {
            var options = new CompareOptions(
                    "rows",
                    List.of(flags.build()),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    Optional.of(MemoryBudget.parse(budget)));
            return new CompareRun(options, backend, listener).run();
        }
    }

    @Test
    void fftUsesSmallerBatchesIfNecessary() throws IOException {
        var all = within("auto").equalMemory().orElseThrow();
        assertThat(all.fft().recompute())
                .as("a device's memory is there to be used")
                .isEqualTo("none");
        assertThat(all.hft().bytes()).isLessThan(all.fft().bytes());
        var comparison = within(all.fft().bytes() - 1 + "B");
        var equal = comparison.equalMemory().orElseThrow();
        assertThat(equal.hft().bytes()).isEqualTo(all.hft().bytes());
        assertThat(equal.fft().fits()).as(equal.fft().missing()).isTrue();
        assertThat(equal.fft().bytes()).as(equal.fft().toString()).isLessThanOrEqualTo(equal.budget());
        assertThat(equal.fft().batches() > 1 || !equal.fft().recompute().equals("none"))
                .as(equal.fft().toString())
                .isTrue();
        assertThat(equal.hft().time().measuredSteps()).isEqualTo(4);
        assertThat(comparison.fft().time().measuredSteps())
                .as("the same step too")
                .isEqualTo(2);
    }
}
