package org.halftune.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TicksTest {

    @ParameterizedTest
    @CsvSource({
        "0, 200, '0 50 100 150 200'",
        "0.31, 0.96, '0.2 0.4 0.6 0.8 1.0'",
        "-3, 4, '−4 −2 0 2 4'",
        "7, 7, '6.6 6.8 7.0 7.2 7.4'",
        "0, 0, '−0.5 0.0 0.5'"
    })
    void labelsAreRoundNumbers(double low, double high, String labels) {
        assertThat(labels(Ticks.enclosing(low, high, 4))).isEqualTo(labels);
    }

    @ParameterizedTest
    @CsvSource({
        "0.4, 3.9, '0.2 0.5 1 2 5'", "2, 4, '2.0 2.5 3.0 3.5 4.0'", "0.002, 0.1, '0.002 0.005 0.01 0.02 0.05 0.1'",
        "1, 4, '1 2 5'", "1e-7, 1.2e-7, '1e-7 1.05e-7 1.1e-7 1.15e-7 1.2e-7'",
                "0.00007, 3, '1e-5 1e-4 0.001 0.01 0.1 1 10'"
    })
    void largeRangesOfLossesAreLogarithmic(double low, double high, String labels) {
        assertThat(labels(Ticks.ofLosses(low, high))).isEqualTo(labels);
    }

    @Test
    void stepsAreWhole() {
        assertThat(labels(Ticks.enclosingWhole(0, 1, 6))).isEqualTo("0 1");
        assertThat(labels(Ticks.enclosingWhole(0, 0, 6))).isEqualTo("0 1");
        assertThat(labels(Ticks.enclosingWhole(0, 3, 6))).isEqualTo("0 1 2 3");
        assertThat(labels(Ticks.enclosingWhole(0, 2_000_000, 4))).isEqualTo("0 500000 1000000 1500000 2000000");
    }

    @Test
    void ticksEncloseAnyRange() {
        var random = new Random(7);
        for (int i = 0; i < 5000; i++) {
            double scale = Math.pow(10, random.nextInt(600) - 300);
            double a = random.nextGaussian() * scale;
            double b = random.nextInt(4) == 0 ? a * (1 + 1e-9 * random.nextInt(3)) : random.nextGaussian() * scale;
            var low = Math.min(a, b);
            var high = Math.max(a, b);
            for (var ticks : new Ticks[] {Ticks.enclosing(low, high, 5), Ticks.ofLosses(low, high)}) {
                assertThat(ticks.values())
                        .as("%s %s", low, high)
                        .hasSizeBetween(2, 400)
                        .isSorted()
                        .doesNotHaveDuplicates();
                assertThat(ticks.position(low)).as("%s %s", low, high).isBetween(-1e-6, 1 + 1e-6);
                assertThat(ticks.position(high)).as("%s %s", low, high).isBetween(-1e-6, 1 + 1e-6);
            }
        }
    }

    private static String labels(Ticks ticks) {
        return String.join(" ", ticks.values().stream().map(ticks::label).toList());
    }
}
