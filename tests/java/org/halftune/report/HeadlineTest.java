package org.halftune.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.halftune.report.Headline.Verdict;
import org.halftune.report.MethodResult.BeforeAfter;
import org.halftune.report.MethodResult.Scores;
import org.junit.jupiter.api.Test;

class HeadlineTest {

    @Test
    void headlinesHaveNumbers() {
        var findings = Headline.of(SampleComparison.sample());
        assertThat(findings).extracting(Headline::figure).containsExactly("0.84×", "0.70×", "91.0 %", "−3.1");
        assertThat(findings)
                .extracting(Headline::claim)
                .containsExactly(
                        "a step with HFT takes 16 % less time",
                        "HFT needs 30 % less memory",
                        "right on the new task: no significant difference from FFT",
                        "points of old knowledge at this learning rate: HFT keeps 6.3 more than FFT");
    }

    @Test
    void worseHftIsReportedAsWorse() {
        var findings = Headline.of(SampleComparison.hftIsWorse());
        assertThat(findings)
                .extracting(Headline::verdict)
                .containsExactly(Verdict.WORSE, Verdict.WORSE, Verdict.LEVEL, Verdict.WORSE);
        assertThat(findings.getFirst().claim()).isEqualTo("a step with HFT takes 19 % more time");
    }

    @Test
    void timeDifferenceNeedsAnIntervalThatExcludesOne() {
        assertThat(Headline.time(withTime(0.97, 0.95, 0.99)).verdict()).isEqualTo(Verdict.BETTER);
        assertThat(Headline.time(withTime(1.05, 1.01, 1.09)).verdict()).isEqualTo(Verdict.WORSE);
        for (var unsure : List.of(withTime(0.97, 0.93, 1.01), withTime(0.97, 0.94, 1))) {
            assertThat(Headline.time(unsure).verdict()).isEqualTo(Verdict.LEVEL);
            assertThat(Headline.time(unsure).claim()).isEqualTo("no significant difference in time per step");
        }
        var few = Headline.time(withTime(0.47, Double.NaN, Double.NaN));
        assertThat(few.verdict()).isEqualTo(Verdict.LEVEL);
        assertThat(few.claim()).isEqualTo("time per step: too few steps for a comparison");
        assertThat(Headline.time(withTime(0.97, 0.93, 1.01)).detail())
                .isEqualTo("70.9 ms vs 84.2 ms per step; 95 % interval 0.93–1.01");
    }

    @Test
    void severalRatesGiveHeadlinesAtEqualLearningAndAtTheBestRate() {
        var findings = Headline.of(SampleComparison.severalRates());
        assertThat(findings).extracting(Headline::figure).containsExactly("0.84×", "0.70×", "−1.9", "95.9 %");
        assertThat(findings.get(2).claim()).isEqualTo("points kept at equal learning: no significant difference");
        assertThat(findings.get(2).detail()).startsWith("from 80.0 % to 100.0 % learned, interpolated");
        assertThat(findings.get(3).claim())
                .isEqualTo("mean of learned and kept at HFT’s best learning rate: 100.0 % and 91.7 % at 8e-4");
        assertThat(findings.get(3).detail()).isEqualTo("FFT’s best rate: 96.8 %: 100.0 % and 93.5 % at 4e-4");
    }

    @Test
    void equalMemoryHeadlineHasAnIntervalAndNamesWhatDoesNotFit() {
        var better = Headline.equalMemory(SampleComparison.equalMemory(0.7, 0.68, 0.72));
        assertThat(better.verdict()).isEqualTo(Verdict.BETTER);
        assertThat(better.claim()).isEqualTo("in 80MB of memory, a step with HFT takes 30 % less time");
        var unsure = Headline.equalMemory(SampleComparison.equalMemory(0.7, 0.5, 1.1));
        assertThat(unsure.verdict()).isEqualTo(Verdict.LEVEL);
        assertThat(unsure.claim()).isEqualTo("in 80MB of memory, no significant difference in time per step");
        var few = Headline.equalMemory(SampleComparison.equalMemory(Double.NaN, Double.NaN, Double.NaN));
        assertThat(few.verdict()).isEqualTo(Verdict.LEVEL);
        assertThat(few.claim()).isEqualTo("time per step in 80MB: too few steps for a comparison");
        var alone = Headline.equalMemory(SampleComparison.onlyHftFits());
        assertThat(alone.claim()).isEqualTo("per step with HFT in 64MB; FFT does not fit");
        assertThat(alone.detail()).isEqualTo("FFT needs 6 MB more");
        var sample = SampleComparison.onlyHftFits();
        var neither = new EqualMemoryResult(
                sample.asked(), sample.budget(), sample.rowsPerStep(), sample.fft(), sample.fft(), sample.timeRatio());
        assertThat(Headline.equalMemory(neither).verdict()).isEqualTo(Verdict.NOT_MEASURED);
    }

    @Test
    void disjointFrontsGiveNoDifference() {
        var apart = SampleComparison.withRates(
                SampleComparison.sample(),
                LearningRates.of(
                        List.of(SampleComparison.point(1e-4, 0.8, 0.9), SampleComparison.point(2e-4, 0.9, 0.8)),
                        List.of(SampleComparison.point(1e-4, 0.1, 0.99), SampleComparison.point(2e-4, 0.2, 0.98))));
        assertThat(Headline.equalLearning(apart).verdict()).isEqualTo(Verdict.LEVEL);
        assertThat(Headline.equalLearning(apart).claim()).contains("no common range");
    }

    @Test
    void scoreDifferenceMustBeSignificant() {
        assertThat(Headline.newTask(withNewTask(0.50, 0.55)).verdict()).isEqualTo(Verdict.LEVEL);
        assertThat(Headline.newTask(withNewTask(0.50, 0.60)).verdict()).isEqualTo(Verdict.BETTER);
        assertThat(Headline.newTask(withNewTask(0.60, 0.50)).verdict()).isEqualTo(Verdict.WORSE);
        assertThat(Headline.newTask(withNewTask(1, 1)).verdict()).isEqualTo(Verdict.LEVEL);
    }

    @Test
    void gainedKnowledgeHasAPlusSign() {
        var comparison = withScores(
                new Scores(BeforeAfter.NOT_MEASURED, new BeforeAfter(0.5, 0.45), BeforeAfter.NOT_MEASURED),
                new Scores(BeforeAfter.NOT_MEASURED, new BeforeAfter(0.5, 0.55), BeforeAfter.NOT_MEASURED));
        assertThat(Headline.oldKnowledge(comparison).figure()).isEqualTo("+5.0");
        assertThat(Headline.of(comparison)).hasSize(4);
    }

    @Test
    void noHeadlinesWithoutMeasurements() {
        assertThat(Headline.of(SampleComparison.nothingMeasured())).isEmpty();
    }

    private static Comparison withTime(double value, double low, double high) {
        return SampleComparison.comparison(
                "t", SampleComparison.fft(), SampleComparison.hft(), SampleComparison.saving(value, low, high, 1));
    }

    private static Comparison withNewTask(double fft, double hft) {
        var none = BeforeAfter.NOT_MEASURED;
        return withScores(
                new Scores(new BeforeAfter(0, fft), none, none), new Scores(new BeforeAfter(0, hft), none, none));
    }

    private static Comparison withScores(Scores fft, Scores hft) {
        return SampleComparison.comparison(
                "t",
                SampleComparison.withScores(SampleComparison.fft(), fft),
                SampleComparison.withScores(SampleComparison.hft(), hft),
                SampleComparison.saving(1, 1, 1, 1));
    }
}
