package org.halftune.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.halftune.report.Finding.Verdict;
import org.halftune.report.MethodResult.BeforeAfter;
import org.halftune.report.MethodResult.Scores;
import org.junit.jupiter.api.Test;

class FindingTest {

    @Test
    void savingsAreSaidWithTheirNumbers() {
        var findings = Finding.of(SampleComparison.sample());
        assertThat(findings).extracting(Finding::figure).containsExactly("0.84×", "0.70×", "91.0 %", "−3.1");
        assertThat(findings)
                .extracting(Finding::claim)
                .containsExactly(
                        "HFT’s step takes 16 % less time",
                        "HFT needs 30 % less memory",
                        "right at the new task: no clear difference to FFT",
                        "points of old knowledge: HFT keeps 6.3 more than FFT");
    }

    @Test
    void aWorseHftIsCalledWorse() {
        var findings = Finding.of(SampleComparison.hftIsWorse());
        assertThat(findings)
                .extracting(Finding::verdict)
                .containsExactly(Verdict.WORSE, Verdict.WORSE, Verdict.LEVEL, Verdict.WORSE);
        assertThat(findings.getFirst().claim()).isEqualTo("HFT’s step takes 19 % more time");
    }

    @Test
    void anIntervalAroundOneIsNoDifference() {
        assertThat(Finding.time(withTime(0.97, 0.93, 1.01)).verdict()).isEqualTo(Verdict.LEVEL);
        assertThat(Finding.time(withTime(0.97, 0.95, 0.99)).verdict()).isEqualTo(Verdict.BETTER);
        assertThat(Finding.time(withTime(1.05, 1.01, 1.09)).verdict()).isEqualTo(Verdict.WORSE);
        assertThat(Finding.time(withTime(0.97, Double.NaN, Double.NaN)).verdict())
                .isEqualTo(Verdict.BETTER);
        assertThat(Finding.time(withTime(0.999, Double.NaN, Double.NaN)).verdict())
                .isEqualTo(Verdict.LEVEL);
    }

    @Test
    void aDifferenceOfScoresCountsOnlyBeyondChance() {
        assertThat(Finding.newTask(withNewTask(0.50, 0.55)).verdict()).isEqualTo(Verdict.LEVEL);
        assertThat(Finding.newTask(withNewTask(0.50, 0.60)).verdict()).isEqualTo(Verdict.BETTER);
        assertThat(Finding.newTask(withNewTask(0.60, 0.50)).verdict()).isEqualTo(Verdict.WORSE);
        assertThat(Finding.newTask(withNewTask(1, 1)).verdict()).isEqualTo(Verdict.LEVEL);
    }

    @Test
    void gainedKnowledgeHasAPlusSign() {
        var comparison = withScores(
                new Scores(BeforeAfter.NOT_MEASURED, new BeforeAfter(0.5, 0.45), BeforeAfter.NOT_MEASURED),
                new Scores(BeforeAfter.NOT_MEASURED, new BeforeAfter(0.5, 0.55), BeforeAfter.NOT_MEASURED));
        assertThat(Finding.oldKnowledge(comparison).figure()).isEqualTo("+5.0");
        assertThat(Finding.of(comparison)).hasSize(3);
    }

    @Test
    void nothingIsClaimedWhereNothingWasMeasured() {
        assertThat(Finding.of(SampleComparison.nothingMeasured())).isEmpty();
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
