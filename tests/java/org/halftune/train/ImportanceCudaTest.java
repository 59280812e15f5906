package org.halftune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.cudaoncpu.OnCuda;
import org.halftune.hft.Selection;
import org.halftune.hft.SelectionFile;
import org.halftune.hft.SelectionOrigin;
import org.halftune.tensor.DType;
import org.halftune.train.arguments.Selecting.HftStrategy;
import org.halftune.train.arguments.TrainingArguments.When;
import org.halftune.train.record.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Selection by importance scores on a CUDA device as on the CPU. */
@OnCuda
class ImportanceCudaTest {
    @TempDir
    private Path folder;

    private Selection selected(String output, Supplier<Backend> device) throws IOException {
        var flags = TestRuns.flags(
                folder.resolve("model"), TestRuns.rows(folder.resolve("rows.jsonl"), 6, 1), folder.resolve(output));
        flags.hftStrategy = HftStrategy.IMPORTANCE;
        flags.importanceFile = TestRuns.rows(folder.resolve("source.jsonl"), 6, 2);
        flags.maxSteps = 1;
        flags.saveStrategy = When.NO;
        TestRuns.run(flags, TrainingListener.NONE, new StopSignal(), device);
        return SelectionFile.read(folder.resolve(output).resolve("selection.json"), TestRuns.config(DType.F32, 8));
    }

    /**
     * The design allows 1 % in the norm of a gradient (bfloat16 against float32). A score is a square, 2 %; that of a small tensor
     * here comes from few elements and rows, twice that.
     */
    @Test
    void scoresAndSelectionEqualTheCpus() throws IOException {
        TestRuns.model(folder.resolve("model"), TestRuns.config(DType.F32, 8), 7);
        var expected = selected("cpu", () -> CpuBackend.open(1));
        var actual = selected("cuda", () -> CudaBackend.open(0));
        var onCpu = scores(expected);
        var onCuda = scores(actual);

        assertThat(onCuda.keySet()).isEqualTo(onCpu.keySet());
        onCpu.forEach((name, score) -> assertThat(onCuda.get(name)).as(name).isCloseTo(score, withinPercentage(4)));
        assertThat(sum(onCuda)).isCloseTo(sum(onCpu), withinPercentage(2));
        assertThat(actual.trainable()).isEqualTo(expected.trainable());
    }

    private static Map<String, Double> scores(Selection selection) {
        return ((SelectionOrigin.LeastImportant) selection.origin()).scores().values();
    }

    private static double sum(Map<String, Double> scores) {
        return scores.values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
