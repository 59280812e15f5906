package org.halftune.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.halftune.report.MethodResult.CategoryShare;
import org.junit.jupiter.api.Test;

class ConsoleTableTest {

    @Test
    void showsBothMethodsAndTheirRatio() {
        String text = ConsoleTable.render(SampleComparison.sample(), ConsoleTable.WIDTH);
        assertThat(text).containsPattern("time per step +84.2 ms +70.9 ms +0.84×\n");
        assertThat(text).containsPattern("backward, weights +23.4 ms +12.1 ms +0.52×\n");
        assertThat(text).containsPattern("peak memory +88.8 MB +62.6 MB +0.70×\n");
        assertThat(text).containsPattern("forgotten, points +9.4 +3.1 +−6.3 points\n");
        assertThat(text).containsPattern("time per step +0.83× +0.84× +\\(0.82–0.86\\)\n");
    }

    @Test
    void severalRatesAreShownFirst() {
        assertThat(ConsoleTable.render(SampleComparison.severalRates(), ConsoleTable.WIDTH))
                .contains("at each of 4 learning rates")
                .containsPattern("learned, kept at 4e-4 +100.0, 93.5 % +68.8, 95.4 %\n")
                .containsPattern("best learning rate +4e-4 +8e-4\n")
                .containsPattern("kept at equal learning +≈ −1.9 points\n")
                .containsPattern("where 80.0 % is learned +96.0 % +≈ 94.1 % +≈ −1.9 points\n")
                .containsPattern("where 100.0 % is learned +93.5 % +91.7 % +−1.8 points\n")
                .containsPattern("at learning rate 8e-4\nnew task ")
                .contains("≈ is interpolated");
    }

    @Test
    void equalMemoryShowsBatchesAndRecomputation() {
        assertThat(ConsoleTable.render(
                        SampleComparison.inMemory(SampleComparison.equalMemory(0.7, 0.68, 0.72)), ConsoleTable.WIDTH))
                .containsPattern("time per step in 80MB +84.2 ms +70.9 ms +0.70×\n")
                .containsPattern("95 % interval +\\(0.68–0.72\\)\n")
                .containsPattern("batches × rows +4 × 4 +1 × 16\n")
                .containsPattern("--recompute +block +cheap\n");
        assertThat(ConsoleTable.render(SampleComparison.inMemory(SampleComparison.onlyHftFits()), ConsoleTable.WIDTH))
                .containsPattern("time per step in 64MB +does not fit +70.9 ms +–\n")
                .contains("FFT needs 6 MB more. In 64MB:");
    }

    @Test
    void tooFewStepsGiveNoRatio() {
        var none = Double.NaN;
        String text = ConsoleTable.render(
                SampleComparison.comparison(
                        "t",
                        SampleComparison.fft(),
                        SampleComparison.hft(),
                        SampleComparison.saving(none, none, none, 0.7)),
                ConsoleTable.WIDTH);
        assertThat(text).containsPattern("time per step +84.2 ms +70.9 ms +–\n");
        assertThat(text).containsPattern("time per step +0.83× +– +too few steps\n");
    }

    @Test
    void fitsEightyColumns() {
        for (var comparison : List.of(
                SampleComparison.sample(),
                SampleComparison.severalRates(),
                SampleComparison.inMemory(SampleComparison.onlyHftFits()),
                SampleComparison.hftIsWorse(),
                SampleComparison.nothingMeasured(),
                extreme("a very long title ".repeat(12)),
                extreme("x".repeat(300)),
                extreme("\uD83D\uDE80".repeat(200)))) {
            assertThat(ConsoleTable.render(comparison, 80).lines().toList())
                    .allSatisfy(line ->
                            assertThat(line.codePointCount(0, line.length())).isLessThanOrEqualTo(80));
        }
    }

    @Test
    void narrowTerminalHasNumbersBelowTheirLabel() {
        String text = ConsoleTable.render(SampleComparison.sample(), 60);
        assertThat(text.lines().toList())
                .allSatisfy(line ->
                        assertThat(line.codePointCount(0, line.length())).isLessThanOrEqualTo(60));
        assertThat(text)
                .containsPattern("\ntime per step\n +84.2 ms +70.9 ms +0.84×\n")
                .containsPattern("\n +FFT +HFT +HFT vs FFT\n");
    }

    @Test
    void missingScoresAreLeftOutAndOtherNumbersAreADash() {
        assertThat(ConsoleTable.render(SampleComparison.nothingMeasured(), ConsoleTable.WIDTH))
                .containsPattern("time per step +– +– +–\n")
                .doesNotContain("new task", "old knowledge", "NaN");
    }

    private static Comparison extreme(String name) {
        var method = new MethodResult(
                "FFT",
                new MethodResult.Trainable(
                        Long.MAX_VALUE,
                        Long.MAX_VALUE,
                        List.of(new CategoryShare(name, 1, Long.MAX_VALUE, 12345, 67890))),
                new StepTime(
                        new StepTime.Spread(1e300, 1e-300, 1e300),
                        new StepTime.Parts(1e300, 1e-300, 0, -1, Double.POSITIVE_INFINITY, 3),
                        1e300,
                        1),
                new MemoryUse(Long.MAX_VALUE, 0, 0, 0, 1, 2, 3, Long.MAX_VALUE),
                List.of(),
                List.of(),
                SampleComparison.fft().scores());
        return SampleComparison.comparison(name, method, method, SampleComparison.saving(1e300, 1e-300, 1e300, 0));
    }
}
