package org.halftune.continual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScoreMatrixTest {
    /** Half of the last digit that is published. */
    private static final double ROUNDED = 0.005;

    /**
     * Published matrices of TRACE in its order, Qwen2-1.5B: a reproduction of the baselines of FGGM's Table 1, which publishes the 8×8
     * matrix with OP after the last round, BWT, and OP after each round.
     */
    private static final double[][] SEQUENTIAL = {
        {50.10},
        {47.35, 66.33},
        {47.75, 62.30, 39.73},
        {47.50, 59.68, 37.90, 57.98},
        {48.40, 59.88, 38.40, 54.61, 86.30},
        {47.30, 61.69, 39.40, 56.76, 80.50, 34.57},
        {48.15, 62.50, 39.35, 57.05, 75.10, 23.46, 57.54},
        {42.95, 22.58, 18.85, 6.83, 61.60, 0.00, 0.00, 40.03},
    };

    /** The same for MIGU, which masks gradients. */
    private static final double[][] MASKED = {
        {50.70},
        {47.85, 54.64},
        {47.25, 35.89, 39.79},
        {47.90, 26.61, 38.75, 55.93},
        {47.95, 22.18, 37.72, 54.08, 81.65},
        {47.45, 33.87, 39.76, 56.16, 80.35, 40.74},
        {47.35, 53.02, 40.08, 57.18, 79.70, 28.40, 51.69},
        {47.45, 30.44, 34.20, 55.06, 80.15, 33.33, 38.15, 39.26},
    };

    private static ScoreMatrix matrix(double[][] rows) {
        var scores = ScoreMatrix.of(
                IntStream.rangeClosed(1, rows.length).mapToObj(i -> "task " + i).toList());
        for (int round = 1; round <= rows.length; round++) {
            for (int task = 1; task <= rows[round - 1].length; task++) {
                scores = scores.with(round, task, rows[round - 1][task - 1]);
            }
        }
        return scores;
    }

    @Test
    void figuresOfPublishedMatricesAreThosePublished() {
        var sequential = matrix(SEQUENTIAL);
        assertThat(sequential.overall()).isCloseTo(24.10, offset(ROUNDED + 1e-9));
        assertThat(sequential.backward()).isCloseTo(-34.25, offset(ROUNDED));
        double[] overall = {50.10, 56.84, 49.93, 50.76, 57.52, 53.37, 51.88, 24.10};
        for (int round = 1; round <= 8; round++) {
            assertThat(sequential.overall(round))
                    .as("OP after round " + round)
                    .isCloseTo(overall[round - 1], offset(ROUNDED + 1e-9));
        }
        var masked = matrix(MASKED);
        assertThat(masked.overall()).isCloseTo(44.76, offset(ROUNDED + 1e-9));
        assertThat(masked.backward()).isCloseTo(-8.05, offset(ROUNDED));
    }

    @Test
    void backwardTransferComparesWithTheRoundThatLearnedTheTask() {
        var scores = matrix(new double[][] {{0.9}, {0.5, 0.8}, {0.4, 0.6, 0.7}});
        assertThat(scores.overall()).isCloseTo((0.4 + 0.6 + 0.7) / 3, offset(1e-15));
        assertThat(scores.backward()).isCloseTo(((0.4 - 0.9) + (0.6 - 0.8)) / 2, offset(1e-15));
        assertThat(scores.backward(2)).isCloseTo(0.5 - 0.9, offset(1e-15));
        assertThat(scores.forward()).isNaN(); // tasks were not scored before they were learned
    }

    @Test
    void forwardTransferComparesWithTheModelBeforeTheFirstRound() {
        var scores = matrix(new double[][] {{0.9}, {0.5, 0.8}, {0.4, 0.6, 0.7}})
                .with(0, 2, 0.1)
                .with(1, 2, 0.25)
                .with(0, 3, 0.2)
                .with(2, 3, 0.1);
        assertThat(scores.forward()).isCloseTo(((0.25 - 0.1) + (0.1 - 0.2)) / 2, offset(1e-15));
    }

    @Test
    void singleTaskHasNoBackwardTransfer() {
        var scores = matrix(new double[][] {{0.5}});
        assertThat(scores.overall()).isEqualTo(0.5);
        assertThat(scores.backward()).isNaN();
        assertThat(scores.forward()).isNaN();
        assertThat(ScoreTable.summary(scores)).contains("BWT  is not defined for a single task");
    }

    @Test
    void missingScoreLeavesTheFigureOpen() {
        var scores = ScoreMatrix.of(List.of("a", "b")).with(2, 1, 0.5);
        assertThat(scores.overall()).isNaN();
        assertThat(scores.backward()).isNaN();
        assertThat(ScoreTable.render(scores, List.of("exact_match", "exact_match"), 2, 80))
                .contains("a     exact_match        –     50.0")
                .doesNotContain("NaN");
    }
}
