package org.halftune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.cudaoncpu.OnCuda;
import org.halftune.tensor.Rounding;
import org.halftune.train.arguments.TrainingArguments.Masters;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Steps far below what bfloat16 can hold are learnt on a CUDA device, and are in the folder that it writes. */
@OnCuda
class SmallStepsCudaTest {
    private static final Supplier<Backend> CUDA = () -> CudaBackend.open(0);

    @TempDir
    private Path folder;

    /** The losses follow those of fp32; with weights rounded to nearest they lag behind. */
    @Test
    void defaultTrainsLikeFp32() throws IOException {
        var small = new SmallSteps(folder, CUDA);
        var exact = new SmallSteps(folder, () -> CpuBackend.open(1));
        var expected = exact.train(evaluatedOften(exact, "fp32"));
        double learnt = expected.getFirst() - expected.getLast();
        var nearest = evaluatedOften(small, "nearest");
        nearest.weightRounding = Rounding.NEAREST;
        double lag = distance(small.train(nearest), expected);
        double ours = distance(small.train(evaluatedOften(small, "default")), expected);
        var alone = evaluatedOften(small, "without masters");
        alone.masters = Masters.NONE;
        double without = distance(small.train(alone), expected);
        assertThat(ours).isLessThan(0.05 * learnt);
        assertThat(without).isLessThan(0.05 * learnt);
        assertThat(lag).isGreaterThan(0.4 * learnt);
    }

    private static TrainingArgumentsBuilder evaluatedOften(SmallSteps small, String output) throws IOException {
        var flags = small.flags(output);
        flags.evalSteps = 2;
        return flags;
    }

    private static double distance(List<Double> losses, List<Double> expected) {
        double most = 0;
        for (int i = 0; i < expected.size(); i++) most = Math.max(most, Math.abs(losses.get(i) - expected.get(i)));
        return most;
    }

    @Test
    void exportedFolderHasTheRunsEvaluationLoss() throws IOException {
        var small = new SmallSteps(folder, CUDA);
        double before = small.evaluate("base");
        double inTheRun = small.train(small.flags("drawn")).getLast();
        double folder = small.evaluate("drawn");
        assertThat(inTheRun).isLessThan(before - 0.02);
        assertThat(folder).isCloseTo(inTheRun, within(0.005));
    }

    /** Without masters the file holds the weights themselves. */
    @Test
    void exportWithoutMastersIsTheEvaluatedModel() throws IOException {
        var small = new SmallSteps(folder, CUDA);
        var flags = small.flags("alone");
        flags.masters = Masters.NONE;
        double inTheRun = small.train(flags).getLast();
        assertThat(small.evaluate("alone")).isEqualTo(inTheRun);
    }
}
