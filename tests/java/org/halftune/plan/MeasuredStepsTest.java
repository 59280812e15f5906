package org.halftune.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The prediction against what was measured on an H200 (benchmarks/results/2026-11-27-h200.md). */
class MeasuredStepsTest {
    static List<MeasuredStep> steps() {
        return MeasuredStep.all();
    }

    @Test
    void thirteenStepsWereMeasured() {
        assertThat(steps()).hasSize(13);
    }

    @ParameterizedTest
    @MethodSource("steps")
    void timeAndMemoryOfAMeasuredStepArePredicted(MeasuredStep measured) {
        var forecast = H200.forecast(measured.shape(), measured.selection());
        assertThat(forecast.taken()).contains(measured.recomputation());
        assertThat(forecast.step().orElseThrow().seconds())
                .as("seconds of a step")
                .isCloseTo(measured.seconds(), withinPercentage(5));
        assertThat(forecast.memory().get(measured.recomputation()).total())
                .as("bytes")
                .isCloseTo(measured.bytes(), withinPercentage(1.5));
    }
}
