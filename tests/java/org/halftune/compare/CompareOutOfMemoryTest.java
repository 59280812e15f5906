package org.halftune.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.halftune.backend.Backend;
import org.halftune.backend.LimitedBackend;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.problem.InputError;
import org.halftune.report.Comparison;
import org.halftune.report.ConsoleTable;
import org.halftune.report.EqualMemoryResult;
import org.halftune.report.Headline;
import org.halftune.report.html.HtmlReport;
import org.halftune.tensor.DType;
import org.halftune.train.TestRuns;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.halftune.train.memory.MemoryBudget;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device whose memory changes while a comparison runs. Closing it fails if a failed allocation left memory held. */
class CompareOutOfMemoryTest {
    @TempDir
    Path folder;

    /** More than the processor's ops hold for themselves. */
    private static final long SCRATCH = 10_000;

    private TrainingArgumentsBuilder flags = new TrainingArgumentsBuilder();
    private final List<String> notices = new ArrayList<>();

    /** What the device says it has, and what it has: bytes in all. */
    private long told = 1L << 30;

    private long limit = Long.MAX_VALUE;

    /** Loads of weights that succeed from now on. */
    private int loads = Integer.MAX_VALUE;

    @BeforeEach
    void flags() throws IOException {
        var model = TestRuns.model(folder.resolve("model"), TestRuns.config(DType.F32, 8), 7);
        flags = TestRuns.flags(model, TestRuns.rows(folder.resolve("rows.jsonl"), 23, 1), folder.resolve("out"));
        flags.maxSteps = 10;
    }

    /** @param changes of the device, by how a notice begins */
    private Comparison compare(Map<String, Runnable> changes) {
        notices.clear();
        var listener = new CompareListener() {
            @Override
            public void notice(String line) {
                notices.add(line);
                changes.forEach((beginning, change) -> {
                    if (line.startsWith(beginning)) change.run();
                });
            }

            @Override
            public void stepped(int step, int total, double fullLoss, double halfLoss) {}
        };
        try (var cpu = CpuBackend.open(1)) {
            var options = new CompareOptions(
                    "rows",
                    List.of(flags.build()),
                    Optional.empty(),
                    Optional.empty(),
                    false,
                    Optional.of(MemoryBudget.parse("auto")));
            return new CompareRun(options, changing(cpu), listener).run();
        }
    }

    private Backend changing(Backend cpu) {
        return (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (_, method, arguments) -> {
                    if (method.getName().equals("availableBytes"))
                        return told - cpu.memory().total();
                    Backend backend = cpu;
                    if (method.getName().equals("allocate")) {
                        boolean load = arguments[0] == MemoryCategory.WEIGHTS;
                        backend = new LimitedBackend(cpu, load && loads-- <= 0 ? 0 : limit);
                    }
                    try {
                        return method.invoke(backend, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private EqualMemoryResult undisturbed() {
        return compare(Map.of()).equalMemory().orElseThrow();
    }

    @Test
    void methodOutOfMemoryIsReportedAsNotFitting() {
        long almost = undisturbed().fft().bytes() - 1;
        var comparison = compare(Map.of("timing each", () -> limit = almost));
        var equal = comparison.equalMemory().orElseThrow();
        assertThat(equal.fft().missing()).startsWith("FFT ran out of memory with --per_device_train_batch_size");
        assertThat(equal.fft().time().measuredSteps()).isZero();
        assertThat(equal.hft().fits()).isTrue();
        assertThat(equal.hft().time().measuredSteps()).isEqualTo(16);
        assertThat(equal.timeRatio().hasInterval()).isFalse();
        assertThat(comparison.fft().time().measuredSteps()).isEqualTo(8);
        assertThat(notices)
                .filteredOn(line -> line.contains("ran out of memory"))
                .as("it is not tried again")
                .hasSize(1)
                .allMatch(line -> line.contains("give a smaller --memory"));
        assertThat(ConsoleTable.render(comparison, 80)).contains("does not fit", "FFT ran out of memory");
        assertThat(HtmlReport.render(comparison)).contains("FFT does not fit");
    }

    @Test
    void methodOutOfMemoryInItsLastBlockHasNoTimes() {
        var equal =
                compare(Map.of("timing each", () -> loads = 3)).equalMemory().orElseThrow();
        assertThat(equal.fft().fits()).isFalse();
        assertThat(equal.fft().time().measuredSteps()).isZero();
        assertThat(equal.hft().time().measuredSteps()).isEqualTo(16);
        assertThat(equal.timeRatio().hasInterval()).isFalse();
    }

    @Test
    void sideBySideResultIsReportedIfBothRunOutOfMemory() {
        var comparison = compare(Map.of("timing each", () -> loads = 0));
        assertThat(comparison.equalMemory().orElseThrow().neitherFits()).isTrue();
        assertThat(comparison.fft().time().measuredSteps()).isEqualTo(8);
        assertThat(Headline.of(comparison))
                .extracting(Headline::claim)
                .isNotEmpty()
                .noneMatch(claim -> claim.contains("fit"));
        assertThat(ConsoleTable.render(comparison, 80).replaceAll("\\s+", " "))
                .contains("FFT ran out of memory", "HFT ran out of memory");
    }

    @Test
    void noMethodWithinTheBudgetIsAnError() {
        var alone = undisturbed();
        told = alone.fft().bytes() + alone.hft().bytes() / 4; // both at once do not fit
        assertThatThrownBy(() -> compare(Map.of("timing each", () -> loads = 0)))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("FFT ran out of memory")
                .hasMessageContaining("HFT ran out of memory");
    }

    @Test
    void autoUsesTheMemoryAvailableAtTheStart() {
        var before = undisturbed();
        assertThat(before.budget())
                .as("a fiftieth is left to the driver")
                .isBetween((told - SCRATCH) / 50 * 49, told - told / 50);
        long enough = (before.hft().bytes() + SCRATCH) * 50 / 49;
        var equal = compare(Map.of("training FFT", () -> told = enough))
                .equalMemory()
                .orElseThrow();
        assertThat(equal.budget()).isBetween(before.hft().bytes(), enough - enough / 50);
        assertThat(equal.hft().bytes()).isEqualTo(before.hft().bytes());
        assertThat(equal.fft().fits()).isTrue();
        assertThat(equal.fft().bytes())
                .isLessThanOrEqualTo(equal.budget())
                .isLessThan(before.fft().bytes());
        assertThat(notices)
                .filteredOn(line -> line.startsWith("FFT alone within auto"))
                .as("decided early, and again")
                .hasSize(2)
                .doesNotHaveDuplicates();
        assertThat(notices).anyMatch(line -> line.contains("auto: the available memory"));
    }
}
