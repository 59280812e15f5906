package org.halftune.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.halftune.session.StepResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepTimesTest {

    /** The first two steps are slow: one runs eagerly, one captures a graph. */
    private static List<ComparedMethod.Step> run(int steps, double seconds) {
        return IntStream.range(0, steps)
                .mapToObj(i -> new StepResult(1, 1, 1e-3, 10, 10, i < 2 ? 100 * seconds * seconds : seconds, Map.of()))
                .map(result -> new ComparedMethod.Step(result, Map.of()))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"1,0", "2,1", "3,2", "4,2", "5,2", "9,2", "10,2", "15,3", "20,4", "50,10", "1000,10"})
    void warmUpIsAFifthAtLeastTwoAndLeavesAStep(int steps, int warmUp) {
        assertThat(StepTimes.warmUp(steps)).isEqualTo(warmUp);
    }

    @Test
    void stepsWithGraphCaptureAreNotTimed() {
        var time = StepTimes.of(List.of(run(5, 2), run(5, 2)));
        assertThat(time.measuredSteps()).isEqualTo(6);
        assertThat(time.stepMs().median()).isEqualTo(2000);
        assertThat(time.stepMs().p90()).isEqualTo(2000);
        assertThat(time.tokensPerSecond()).isEqualTo(5);
    }

    @Test
    void pairsWithGraphCaptureAreNotInTheRatio() {
        var ratio = StepTimes.ratio(List.of(run(5, 4), run(5, 4)), List.of(run(5, 2), run(5, 2)));
        assertThat(List.of(ratio.value(), ratio.low(), ratio.high())).containsOnly(0.5);
    }

    @Test
    void warmUpStepsDoNotCountAsPairs() {
        assertThat(StepTimes.ratio(List.of(run(4, 4), run(4, 4)), List.of(run(4, 2), run(4, 2)))
                        .hasInterval())
                .as("8 pairs, 4 of them warm-up")
                .isFalse();
    }
}
