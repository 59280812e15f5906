package org.halftune.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.halftune.backend.MemoryCategory;
import org.halftune.cudaoncpu.OnCudaOnCpu;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The benchmark as JMH runs it, without JMH's processes. */
class TrainingStepBenchmarkTest {

    @ParameterizedTest
    @ValueSource(strings = {"FFT", "HFT"})
    void stepsAreTakenOnTheProcessor(String method) {
        var measured = measured("cpu", method, "float32");
        assertThat(measured)
                .containsEntry(StepProfiler.EMULATED, 0.0)
                .containsEntry(bytes(MemoryCategory.MASTERS), 0.0);
        requireSum(measured);
    }

    @OnCudaOnCpu
    @ParameterizedTest
    @ValueSource(strings = {"FFT", "HFT"})
    void stepsAreTakenOnTheEmulatedDevice(String method) {
        var full = measured("cuda:0", method, "float32");
        assertThat(full).containsEntry(StepProfiler.EMULATED, 1.0);
        requireSum(full);
        var less = measured("cuda:0", method, "bfloat16");
        // Half, but for what aligns each tensor.
        assertThat(less.get(bytes(MemoryCategory.MOMENTS)) / full.get(bytes(MemoryCategory.MOMENTS)))
                .isBetween(0.5, 0.51);
    }

    @Test
    void halfHoldsLessThanFull() {
        var full = measured("cpu", "FFT", "float32");
        var half = measured("cpu", "HFT", "float32");
        for (var category : List.of(MemoryCategory.GRADIENTS, MemoryCategory.MOMENTS)) {
            assertThat(half.get(bytes(category))).as(category.name()).isLessThan(full.get(bytes(category)));
        }
    }

    private static void requireSum(Map<String, Double> measured) {
        double sum = 0;
        for (var category : MemoryCategory.values()) sum += measured.get(bytes(category));
        assertThat(measured).containsEntry(StepProfiler.PEAK, sum).containsEntry(StepProfiler.TOKENS, 64.0);
        assertThat(sum).isPositive();
    }

    private static String bytes(MemoryCategory category) {
        return StepProfiler.MEMORY + category.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Double> measured(String device, String method, String moments) {
        var benchmark = new TrainingStepBenchmark();
        benchmark.device = device;
        benchmark.preset = "TINY";
        benchmark.tokens = "64";
        benchmark.length = "32";
        benchmark.moments = moments;
        benchmark.masters = "float32";
        benchmark.recompute = "auto";
        benchmark.threads = "2";
        benchmark.method = method;
        benchmark.strategy = "category";
        benchmark.ratio = "0.5";
        benchmark.frozen = "none";
        benchmark.open();
        try {
            assertThat(benchmark.step()).isPositive();
        } finally {
            benchmark.close();
        }
        var measured = new HashMap<String, Double>();
        for (var result : StepProfiler.watched()) measured.put(result.getLabel(), result.getScore());
        return measured;
    }

    @Test
    void absentDevicesAndModelsThatDoNotFitAreSkippedInALine() {
        var skipped = new ArrayList<String>();
        var parameters = TrainingStepBenchmark.parameters();
        parameters.put("device", List.of("cuda:99", "cpu"));
        parameters.put("preset", List.of("TINY", "LLAMA_3_1_8B"));
        parameters.put("tokens", List.of("4194304"));
        parameters.put("length", List.of("4194304"));
        parameters.put("method", List.of("FFT"));
        var measurable = Measurable.of(Combinations.of(parameters), skipped::add);
        assertThat(measurable.descriptions()).containsOnlyKeys("cpu");
        assertThat(skipped).anyMatch(line -> line.startsWith("cuda:99: "));
        assertThat(skipped).anyMatch(line -> line.startsWith("cpu LLAMA_3_1_8B 4194304 FFT: does not fit into"));
        assertThat(skipped).allMatch(line -> line.lines().count() == 1);
    }
}
