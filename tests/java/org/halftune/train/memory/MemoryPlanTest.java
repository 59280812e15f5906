package org.halftune.train.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.halftune.backend.Backend;
import org.halftune.backend.MeasuringBackend;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.OutOfDeviceMemory;
import org.halftune.console.Amounts;
import org.halftune.model.Recomputation;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.halftune.train.StopSignal;
import org.halftune.train.TestRuns;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.input.Stage;
import org.halftune.train.record.RunHeader;
import org.halftune.train.record.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryPlanTest {
    @TempDir
    private Path folder;

    private TrainingArgumentsBuilder flags() throws IOException {
        var model = folder.resolve("model");
        if (!Files.exists(model)) TestRuns.model(model, DType.BF16, 7);
        return TestRuns.flags(model, TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1), folder.resolve("out"));
    }

    private static MemoryPlan plan(RunHeader header, Recomputation recomputation) {
        return MemoryPlan.of(
                TestRuns.config(DType.BF16),
                header.selection().trainable(),
                header.plan().capacity(),
                recomputation,
                header.plan().arguments().optimizing().adamW(0),
                new MeasuringBackend(DType.F32));
    }

    private static RunHeader header(TrainingArgumentsBuilder flags) {
        var seen = new AtomicReference<RunHeader>();
        var listener = new TrainingListener() {
            @Override
            public void begins(RunHeader header) {
                seen.set(header);
            }
        };
        TestRuns.run(flags, listener, new StopSignal());
        return seen.get();
    }

    @Test
    void planEqualsTheRunsMemory() throws IOException {
        var header = header(flags());
        Map<MemoryCategory, Long> held = header.memory();
        assertThat(plan(header, Recomputation.CHEAP).bytes()).isEqualTo(held);
    }

    @Test
    void runThatDoesNotFitIsRefusedWithOptions() throws IOException {
        var header = header(flags());
        long checkpointed = plan(header, Recomputation.BLOCK).total();
        long whole = plan(header, Recomputation.CHEAP).total();
        assertThat(checkpointed).isLessThan(whole);

        assertThatThrownBy(() -> check(header, checkpointed))
                .isInstanceOf(InputError.class)
                .hasMessageContainingAll("of memory", "weights", "gradients", "needed", "available", "HFT")
                .hasMessageContaining("fits  --recompute block ");
        assertThatThrownBy(() -> check(header, checkpointed - 1))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("–     --recompute block ")
                .hasMessageContaining("fits  --per_device_train_batch_size 1 --gradient_accumulation_steps 6 ");
        assertThatThrownBy(() -> check(header, 1000)).hasMessageContaining("together are not enough");
        assertThat(check(header, whole).bytes()).isEqualTo(whole);
    }

    /** Each way is what a run with its flags holds; the processor has no masters, and is not told of a GPU. */
    @Test
    void optionsNeedTheMemoryTheyState() throws IOException {
        var header = header(flags());
        var message = refusal(header, plan(header, Recomputation.BLOCK).total() - 1);
        var smaller = flags();
        smaller.perDeviceTrainBatchSize = 1;
        smaller.gradientAccumulationSteps = 6;
        smaller.outputDir = folder.resolve("smaller");
        long bytes = plan(header(smaller), Recomputation.CHEAP).total();
        assertThat(message)
                .containsPattern("fits  --per_device_train_batch_size 1 --gradient_accumulation_steps 6 +"
                        + Amounts.bytes(bytes))
                .doesNotContain("GPU", "--moments_dtype", "--masters")
                .contains("--freeze_embeddings", "--hft_ratio 0.25", "--max_length");
        assertThat(message.indexOf("--recompute")).isLessThan(message.indexOf("--per_device"));
        assertThat(message.indexOf("--per_device")).isLessThan(message.indexOf("--freeze_embeddings"));
    }

    /** Several together where one is not enough, and none that is not needed. */
    @Test
    void combinationIsListedIfNoSingleOptionFits() throws IOException {
        var header = header(flags());
        var both = flags();
        both.perDeviceTrainBatchSize = 1;
        both.gradientAccumulationSteps = 6;
        both.outputDir = folder.resolve("both");
        long enough = plan(header(both), Recomputation.BLOCK).total();
        assertThat(refusal(header, enough))
                .contains("the combination with the smallest effect needs " + Amounts.bytes(enough) + ":")
                .contains("--recompute block --per_device_train_batch_size 1 --gradient_accumulation_steps 6")
                .containsPattern("– +--per_device_train_batch_size 1 ");
    }

    @Test
    void laterOutOfMemoryIsExplainedWithThePlan() throws IOException {
        var header = header(flags());
        var check = memoryCheck(header, Long.MAX_VALUE);
        var state = new OutOfDeviceMemory.State(
                "GPU memory",
                "a device",
                "cuMemAlloc of 5000000 bytes: CUDA_ERROR_OUT_OF_MEMORY (2)",
                Optional.of(MemoryCategory.GRADIENTS),
                5_000_000,
                1000,
                80_000_000,
                Map.of(MemoryCategory.WEIGHTS, 10_000L));
        var error = check.explain(new OutOfDeviceMemory(state), Recomputation.NONE, ", and go on");
        assertThat(error.report())
                .contains("out of GPU memory: gradients needs 4.8 MiB", "CUDA_ERROR_OUT_OF_MEMORY (2)")
                .contains("other programs have allocated memory", "this run holds 0.0 MiB: weights", "nvidia-smi")
                .contains("needed", "available", "--recompute block", ", and go on");
    }

    /** Without a word of the user's, no more is computed again than has to be. */
    @Test
    void fastestRecomputationThatFitsIsUsedAndPrinted() throws IOException {
        var header = header(flags());
        for (var wanted : List.of(Recomputation.CHEAP, Recomputation.BLOCK)) {
            long needed = plan(header, wanted).total();
            var choice = memoryCheck(header, needed).require(Optional.empty());
            assertThat(choice.recomputation()).isEqualTo(wanted);
            assertThat(choice.bytes()).isEqualTo(needed);
            assertThat(choice.description().orElseThrow())
                    .contains(Amounts.bytes(needed))
                    .contains(wanted == Recomputation.CHEAP ? "norms and SwiGLU" : "whole blocks");
        }
        assertThat(check(header, Long.MAX_VALUE).description())
                .as("what was asked for")
                .isEmpty();
    }

    private static MemoryCheck.Choice check(RunHeader header, long available) {
        return memoryCheck(header, available).require(Optional.of(Recomputation.CHEAP));
    }

    private static String refusal(RunHeader header, long available) {
        try {
            check(header, available);
        } catch (InputError e) {
            return e.report();
        }
        throw new AssertionError("it fits");
    }

    private static MemoryCheck memoryCheck(RunHeader header, long available) {
        return MemoryCheck.ofRun(
                machineWith(available), TestRuns.config(DType.BF16), header.plan(), new Stage.Supervised());
    }

    private static Backend machineWith(long available) {
        var measuring = new MeasuringBackend(DType.F32);
        return (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(),
                new Class<?>[] {Backend.class},
                (_, method, arguments) ->
                        method.getName().equals("availableBytes") ? available : method.invoke(measuring, arguments));
    }
}
