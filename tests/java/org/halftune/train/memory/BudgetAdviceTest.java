package org.halftune.train.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.halftune.backend.MeasuringBackend;
import org.halftune.console.Amounts;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Recomputation;
import org.halftune.tensor.DType;
import org.halftune.train.TestRuns;
import org.halftune.train.arguments.Selecting.Method;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.input.TrainingInputs;
import org.halftune.train.memory.MemoryDemand.Attempt;
import org.junit.jupiter.api.Test;

class BudgetAdviceTest {
    private static final int ROW = 32;
    private static final LlamaConfig CONFIG = TestRuns.config(DType.BF16);

    private static TrainingArguments asked(Method method) {
        var form = TestRuns.flags(Path.of("model"), Path.of("rows.jsonl"), Path.of("out"));
        form.method = method;
        form.perDeviceTrainBatchSize = 4;
        return form.build();
    }

    private static long bytes(Attempt attempt, DType storage) {
        var a = attempt.arguments();
        int rows = a.batching().trainBatchSize();
        return MemoryPlan.of(
                        CONFIG,
                        TrainingInputs.selection(a.selecting(), CONFIG).trainable(),
                        new Capacity(rows * attempt.longestRow(), rows),
                        attempt.recomputation(),
                        a.optimizing().adamW(0),
                        new MeasuringBackend(storage))
                .total();
    }

    private static StepCut smallest(TrainingArguments asked, DType storage) {
        return new StepCuts(8, List.of(Recomputation.values()), (rows, recomputation) -> {
                    var cut = new StepCut(rows, 8 / rows, recomputation, 0).in(asked);
                    return bytes(new Attempt(cut, recomputation, ROW), storage);
                })
                .smallest();
    }

    private static String report(Method method, DType storage, boolean bothMethods, long missing) {
        var asked = asked(method);
        var smallest = smallest(asked, storage);
        var advice = new BudgetAdvice(
                CONFIG, storage, bothMethods, attempt -> bytes(attempt, storage), smallest.bytes() - missing);
        return advice.missing(method.name(), smallest) + "\n" + advice.ways(asked, smallest, ROW);
    }

    @Test
    void errorNamesTheMissingMemory() {
        var smallest = smallest(asked(Method.HFT), DType.BF16);
        assertThat(report(Method.HFT, DType.BF16, false, 2048))
                .contains("HFT needs at least " + Amounts.bytes(smallest.bytes())
                        + " (batches of 1 row, --recompute block)")
                .contains("2.00 KiB more than the budget of " + Amounts.bytes(smallest.bytes() - 2048));
    }

    @Test
    void optionsStartFromTheSmallestCut() {
        assertThat(report(Method.HFT, DType.BF16, false, 1))
                .contains("fits  --moments_dtype bfloat16", "fits  --freeze_embeddings", "--max_length 16")
                .doesNotContain("--per_device_train_batch_size", "--recompute cheap", "fits  --recompute");
    }

    @Test
    void hftIsAnOptionUnlessBothMethodsAreTrained() {
        assertThat(report(Method.FFT, DType.BF16, false, 1)).contains("--method hft");
        assertThat(report(Method.FFT, DType.BF16, true, 1)).doesNotContain("--method hft");
    }

    @Test
    void cpuHasNoOptionOfBf16Moments() {
        assertThat(report(Method.HFT, DType.F32, false, 1)).doesNotContain("--moments_dtype");
    }

    @Test
    void errorSaysWhenNoCombinationFits() {
        var smallest = smallest(asked(Method.HFT), DType.BF16);
        assertThat(report(Method.HFT, DType.BF16, false, smallest.bytes() - 100))
                .contains("together are not enough", "smaller model");
    }
}
