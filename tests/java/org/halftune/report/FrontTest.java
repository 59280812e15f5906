package org.halftune.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.halftune.report.SampleComparison.point;

import java.util.List;
import org.halftune.report.LearningRates.Merit;
import org.junit.jupiter.api.Test;

class FrontTest {
    private static final double NONE = Double.NaN;

    @Test
    void dominatedRateIsNotOnTheFront() {
        var front = Front.of(List.of(point(4e-4, 0.688, 0.954), point(8e-4, 1, 0.917), point(1e-3, 0.994, 0.829)));
        assertThat(front.points()).extracting(RatePoint::learningRate).containsExactly(4e-4, 8e-4);
    }

    @Test
    void pointThatKeepsMoreWinsAtEqualLearning() {
        var front = Front.of(List.of(point(4e-4, 1, 0.935), point(8e-4, 1, 0.789), point(1e-3, 1, 0.444)));
        assertThat(front.points()).extracting(RatePoint::learningRate).containsExactly(4e-4);
        assertThat(front.keptAt(1)).isEqualTo(0.935);
        assertThat(front.keptAt(0.99)).isNaN();
    }

    @Test
    void equalPointsCountOnce() {
        assertThat(Front.of(List.of(point(1e-4, 0.5, 0.5), point(2e-4, 0.5, 0.5)))
                        .points())
                .extracting(RatePoint::learningRate)
                .containsExactly(1e-4);
    }

    @Test
    void frontIsInterpolatedLinearly() {
        var front = Front.of(List.of(point(8e-4, 0.9, 0.6), point(2e-4, 0.5, 0.9), point(4e-4, 0.7, 0.8)));
        assertThat(front.keptAt(0.5)).isEqualTo(0.9);
        assertThat(front.keptAt(0.6)).isEqualTo(0.85, within(1e-12));
        assertThat(front.keptAt(0.85)).isEqualTo(0.65, within(1e-12));
        assertThat(front.keptAt(0.9)).isEqualTo(0.6);
    }

    @Test
    void nothingIsExtrapolated() {
        var front = Front.of(List.of(point(2e-4, 0.5, 0.9), point(4e-4, 0.7, 0.8)));
        assertThat(front.keptAt(0.499)).isNaN();
        assertThat(front.keptAt(0.701)).isNaN();
    }

    @Test
    void pointsWithoutScoresHaveNoFront() {
        var front = Front.of(List.of(point(2e-4, NONE, 0.9), point(4e-4, 0.7, NONE), point(8e-4, NONE, NONE)));
        assertThat(front.points()).isEmpty();
        assertThat(front.least()).isNaN();
        assertThat(front.keptAt(0.5)).isNaN();
        var equal = EqualLearning.of(front, Front.of(List.of(point(2e-4, 0.5, 0.9))));
        assertThat(equal.levels()).isEmpty();
        assertThat(equal.difference()).isNaN();
    }

    /** FFT 0.8→0.96, 1→0.935; HFT 0.688→0.954, 1→0.917: 0.954 − 0.037·(0.112/0.312) = 0.940718 at 0.8. */
    @Test
    void keptAtEqualLearningIsTheMeanOverTheCommonRange() {
        var equal = EqualLearning.of(
                Front.of(List.of(point(2e-4, 0.8, 0.96), point(4e-4, 1, 0.935))),
                Front.of(List.of(point(4e-4, 0.688, 0.954), point(8e-4, 1, 0.917))));
        assertThat(equal.levels()).hasSize(2);
        var low = equal.levels().getFirst();
        assertThat(low.learned()).isEqualTo(0.8);
        assertThat(low.fftMeasured()).isTrue();
        assertThat(low.hftMeasured()).isFalse();
        assertThat(low.hftKept()).isEqualTo(0.940718, within(1e-6));
        assertThat(equal.levels().getLast().more()).isEqualTo(-0.018, within(1e-12));
        assertThat(equal.difference()).isEqualTo((-0.019282 - 0.018) / 2, within(1e-6));
    }

    /** Levels 0.2, 0.5, 0.6: differences 0, 0.1, 0.1; (0.3·0.05 + 0.1·0.1) ÷ 0.4. */
    @Test
    void meanIsTrapezoidal() {
        var equal = EqualLearning.of(
                Front.of(List.of(point(1e-4, 0.2, 0.8), point(2e-4, 0.6, 0.6))),
                Front.of(List.of(point(1e-4, 0.2, 0.8), point(2e-4, 0.5, 0.75), point(4e-4, 0.6, 0.7))));
        assertThat(equal.levels()).hasSize(3);
        assertThat(equal.difference()).isEqualTo(0.0625, within(1e-12));
    }

    @Test
    void disjointFrontsHaveNoCommonLevel() {
        var equal =
                EqualLearning.of(Front.of(List.of(point(1e-4, 0.8, 0.9))), Front.of(List.of(point(1e-4, 0.2, 0.99))));
        assertThat(equal.levels()).isEmpty();
        assertThat(equal.difference()).isNaN();
    }

    @Test
    void bestRateHasTheHighestMeanOfLearnedAndKept() {
        var rates = SampleComparison.severalRates().rates();
        assertThat(rates.measure()).isEqualTo(Merit.LEARNED_AND_KEPT);
        assertThat(rates.fftBest()).isEqualTo(4e-4);
        assertThat(rates.hftBest()).isEqualTo(8e-4);
        assertThat(rates.shown()).as("0.9675 + 0.821 < 0.8945 + 0.9585").isEqualTo(8e-4);
    }

    @Test
    void testLossRanksRatesOfEqualScore() {
        var fft = List.of(new RatePoint(1e-4, 0, NONE, NONE, 0.9), new RatePoint(2e-4, 0, NONE, NONE, 0.1));
        var rates = LearningRates.of(fft, fft);
        assertThat(rates.measure()).isEqualTo(LearningRates.Merit.TEST_LOSS);
        assertThat(rates.shown()).isEqualTo(2e-4);
    }

    @Test
    void bestRateUsesTheScoresThatExist() {
        var learned = List.of(new RatePoint(1e-4, 0.5, NONE, NONE, 0.1), new RatePoint(2e-4, 0.7, NONE, NONE, 0.9));
        assertThat(LearningRates.of(learned, learned).measure()).isEqualTo(Merit.LEARNED);
        assertThat(LearningRates.of(learned, learned).fftBest()).isEqualTo(2e-4);
        var losses = List.of(new RatePoint(1e-4, NONE, NONE, NONE, 0.1), new RatePoint(2e-4, NONE, NONE, NONE, 0.9));
        assertThat(LearningRates.of(losses, losses).measure()).isEqualTo(Merit.TEST_LOSS);
        assertThat(LearningRates.of(losses, losses).hftBest()).isEqualTo(1e-4);
        var nothing = List.of(new RatePoint(1e-4, NONE, NONE, NONE, NONE));
        assertThat(LearningRates.of(nothing, nothing).measure()).isEqualTo(Merit.NOTHING);
        assertThat(LearningRates.of(nothing, nothing).fftBest()).isNaN();
        assertThat(LearningRates.of(nothing, nothing).shown()).isEqualTo(1e-4);
    }
}
