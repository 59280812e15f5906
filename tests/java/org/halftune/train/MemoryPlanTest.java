package org.halftune.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.halftune.backend.Backend;
import org.halftune.backend.Category;
import org.halftune.backend.MeasuringBackend;
import org.halftune.model.Recomputation;
import org.halftune.problem.InputError;
import org.halftune.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryPlanTest {
    @TempDir
    private Path folder;

    private TrainingArgumentsBuilder flags() throws IOException {
        return TestRuns.flags(
                TestRuns.model(folder.resolve("model"), DType.BF16, 7),
                TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1),
                folder.resolve("out"));
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
    void thePlanIsWhatTheRunHolds() throws IOException {
        var header = header(flags());
        Map<Category, Long> held = header.memory();
        assertThat(plan(header, Recomputation.CHEAP).bytes()).isEqualTo(held);
    }

    @Test
    void aRunThatDoesNotFitIsRefusedAndWhatFitsIsNamed() throws IOException {
        var header = header(flags());
        long checkpointed = plan(header, Recomputation.BLOCK).total();
        long whole = plan(header, Recomputation.NONE).total();
        assertThat(checkpointed).isLessThan(whole);

        assertThatThrownBy(() -> check(header, checkpointed))
                .isInstanceOf(InputError.class)
                .hasMessageContainingAll("of memory", "weights", "--gradient_checkpointing fits");
        assertThatThrownBy(() -> check(header, checkpointed - 1))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("--per_device_train_batch_size 1 --gradient_accumulation_steps 6");
        assertThatThrownBy(() -> check(header, 1000)).hasMessageContaining("no batch is small enough");
        assertThat(check(header, whole).total()).isEqualTo(whole);
    }

    /** Without a word of the user's, no more is computed again than has to be. */
    @Test
    void theFastestRecomputationThatFitsIsTaken() throws IOException {
        var header = header(flags());
        for (var wanted : List.of(Recomputation.CHEAP, Recomputation.BLOCK)) {
            long needed = plan(header, wanted).total();
            var check = new MemoryCheck(
                    machineWith(needed),
                    TestRuns.config(DType.BF16),
                    header.selection().trainable(),
                    header.plan());
            assertThat(check.require(Optional.empty()).recomputation()).isEqualTo(wanted);
            assertThat(check.require(Optional.empty()).memory().total()).isEqualTo(needed);
        }
    }

    private static MemoryPlan check(RunHeader header, long available) {
        var trainable = header.selection().trainable();
        return new MemoryCheck(machineWith(available), TestRuns.config(DType.BF16), trainable, header.plan())
                .require(Optional.of(Recomputation.NONE))
                .memory();
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
