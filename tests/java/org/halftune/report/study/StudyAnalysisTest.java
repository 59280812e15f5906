package org.halftune.report.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.halftune.report.html.StudyPage;
import org.halftune.report.study.StudyResult.Comparison;
import org.halftune.report.study.StudyResult.Measure;
import org.junit.jupiter.api.Test;

/** Ten questions of each kind: the first two to choose on, eight to report. */
class StudyAnalysisTest {
    private static final RateAndSteps LOW = new RateAndSteps(1e-4, 100);
    private static final RateAndSteps HIGH = new RateAndSteps(2e-4, 100);

    private final List<Observation> observations = new ArrayList<>();
    private List<Long> seeds = List.of(1L, 2L, 3L);
    private List<String> tasks = List.of("a");

    private StudyResult result() {
        return new StudyAnalysis(
                        "title",
                        "model",
                        seeds,
                        0.2,
                        "FFT",
                        tasks.stream()
                                .map(task -> new TaskSuites(task, List.of(split("new")), List.of(split("old"))))
                                .toList(),
                        List.of("FFT", "HFT"),
                        Map.of("new", marks(0, 0), "old", marks(2, 8)),
                        observations,
                        0,
                        List.of(new PaperFigure("HFT forgets less", "+5.7", "Llama 2 7B")))
                .result();
    }

    private static SuiteSplit split(String name) {
        var choose = new boolean[10];
        choose[0] = choose[1] = true;
        return SuiteSplit.of(name, choose);
    }

    /** So many right answers among those to choose on, and among those to report. */
    private static double[] marks(int choosing, int scoring) {
        var marks = new double[10];
        for (int i = 0; i < choosing; i++) marks[i] = 1;
        for (int i = 0; i < scoring; i++) marks[2 + i] = 1;
        return marks;
    }

    private void seen(String task, String method, RateAndSteps setting, long seed, double[] learned, double[] kept) {
        observations.add(new Observation(
                task,
                method,
                setting,
                seed,
                false,
                Map.of("new", learned, "old", kept),
                Map.of("perplexity", 2.0),
                0.5));
    }

    private StudyResult.Best best(StudyResult result, int method) {
        return result.tasks().getFirst().methods().get(method).best().getFirst();
    }

    private static Comparison comparison(StudyResult result, String task, Measure measure) {
        return result.comparisons().stream()
                .filter(one -> one.task().equals(task) && one.measure() == measure)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void settingIsChosenOnQuestionsThatNoScoreUses() {
        for (long seed : seeds) {
            seen("a", "FFT", LOW, seed, marks(2, 2), marks(2, 2)); // best on the questions to choose on
            seen("a", "FFT", HIGH, seed, marks(1, 8), marks(1, 8)); // best on the reported ones
        }
        var best = best(result(), 0);
        assertThat(best.setting()).isEqualTo(LOW);
        assertThat(best.choosing()).isEqualTo(1);
        assertThat(best.learned().mean()).isEqualTo(0.25);
    }

    @Test
    void amongEqualSettingsTheLowerRateIsChosen() {
        for (long seed : seeds) {
            seen("a", "FFT", HIGH, seed, marks(2, 8), marks(1, 8));
            seen("a", "FFT", LOW, seed, marks(1, 2), marks(2, 2));
        }
        assertThat(best(result(), 0).setting()).isEqualTo(LOW);
    }

    @Test
    void settingThatDivergedWithASeedIsNotChosen() {
        for (long seed : seeds) seen("a", "FFT", LOW, seed, marks(0, 1), marks(0, 1));
        seen("a", "FFT", HIGH, 1, marks(2, 8), marks(2, 8));
        observations.add(new Observation("a", "FFT", HIGH, 2, true, Map.of(), Map.of(), 1));
        var result = result();
        assertThat(best(result, 0).setting()).isEqualTo(LOW);
        assertThat(result.tasks()
                        .getFirst()
                        .methods()
                        .getFirst()
                        .points()
                        .getLast()
                        .diverged())
                .isEqualTo(1);
        assertThat(StudyText.markdown(result)).contains("100.0 / 100.0 (1 diverged)");
    }

    @Test
    void differencesArePairedBySeed() {
        // HFT keeps 1, 2 and 3 of 8 questions more: mean 0.25, sd 0.125, t = 0.25/(0.125/√3) = 2√3
        int[] kept = {1, 2, 3};
        for (long seed : seeds) {
            seen("a", "FFT", LOW, seed, marks(1, 4), marks(1, 2));
            seen("a", "HFT", LOW, seed, marks(1, 4), marks(1, 2 + kept[(int) seed - 1]));
        }
        var compared = comparison(result(), "a", Measure.KEPT);
        assertThat(compared.difference().mean()).isEqualTo(0.25);
        assertThat(compared.difference().sd()).isCloseTo(0.125, offset(1e-12));
        // P(|T| > t) with 2 degrees of freedom is 1 − t/√(2 + t²)
        double t = 2 * Math.sqrt(3);
        assertThat(compared.p()).isCloseTo(1 - t / Math.sqrt(2 + t * t), offset(1e-9));
        assertThat(compared.difference().includesZero()).isTrue();
        assertThat(compared.verdict()).isEqualTo("interval includes 0");
        // Questions 3 to 5 of the reported ones were right with more seeds, none with fewer: 2·½³
        assertThat(compared.better()).isEqualTo(3);
        assertThat(compared.worse()).isZero();
        assertThat(compared.questionP()).isCloseTo(0.25, offset(1e-12));
        assertThat(comparison(result(), "a", Measure.LEARNED).verdict()).isEqualTo("equal");
    }

    @Test
    void keptAtEqualLearningLiesBetweenTheFrontsOfASeed() {
        for (long seed : seeds) {
            seen("a", "FFT", LOW, seed, marks(1, 2), marks(1, 8));
            seen("a", "FFT", HIGH, seed, marks(1, 6), marks(1, 4));
            seen("a", "HFT", HIGH, seed, marks(1, 4), marks(1, 7)); // FFT keeps 6 of 8 there
        }
        var compared = comparison(result(), "a", Measure.KEPT_AT_EQUAL_LEARNING);
        assertThat(compared.difference().n()).isEqualTo(3);
        assertThat(compared.difference().mean()).isEqualTo(0.125);
        assertThat(compared.verdict()).isEqualTo("no spread");
    }

    @Test
    void withoutACommonRangeNothingIsCompared() {
        for (long seed : seeds) {
            seen("a", "FFT", LOW, seed, marks(1, 6), marks(1, 4));
            seen("a", "HFT", LOW, seed, marks(1, 2), marks(1, 7));
        }
        assertThat(comparison(result(), "a", Measure.KEPT_AT_EQUAL_LEARNING).verdict())
                .isEqualTo("no common range");
    }

    @Test
    void tasksAreCorrectedTogetherAndHaveAMean() {
        tasks = List.of("a", "b");
        int[] more = {1, 2, 2};
        for (String task : tasks) {
            for (long seed : seeds) {
                seen(task, "FFT", LOW, seed, marks(1, 4), marks(1, 2));
                int kept = task.equals("a") ? 2 + more[(int) seed - 1] : 4;
                seen(task, "HFT", LOW, seed, marks(1, 4), marks(1, kept));
            }
        }
        var result = result();
        var single = comparison(result, "a", Measure.KEPT);
        assertThat(single.holm()).as("b has no spread, so no test").isEqualTo(single.p());
        assertThat(single.questionHolm()).isCloseTo(Math.min(1, 2 * single.questionP()), offset(1e-12));
        var mean = comparison(result, Comparison.ALL, Measure.KEPT);
        assertThat(mean.difference().mean()).isCloseTo((5.0 / 3 + 2) / 2 / 8, offset(1e-12));
    }

    @Test
    void orderOfTheCellsDoesNotMatter() {
        for (long seed : seeds) {
            seen("a", "FFT", LOW, seed, marks(1, (int) seed), marks(1, 3));
            seen("a", "FFT", HIGH, seed, marks(1, 5), marks(1, 2));
            seen("a", "HFT", LOW, seed, marks(1, 4), marks(1, 2 + (int) seed));
        }
        String first = StudyJson.text(result());
        Collections.reverse(observations);
        assertThat(StudyJson.text(result())).isEqualTo(first);
    }

    @Test
    void oneSeedHasNoIntervalButATestOverQuestions() {
        seeds = List.of(1L);
        seen("a", "FFT", LOW, 1, marks(1, 4), marks(1, 2));
        seen("a", "HFT", LOW, 1, marks(1, 4), marks(1, 8));
        var compared = comparison(result(), "a", Measure.KEPT);
        assertThat(compared.verdict()).isEqualTo("one seed");
        assertThat(compared.questionP()).isCloseTo(2 * Math.pow(0.5, 6), offset(1e-12));
        assertThat(StudyText.console(result(), 80)).contains("one seed");
    }

    @Test
    void pageAndTablesShowThePaperBesideTheResults() {
        for (long seed : seeds) {
            for (String method : List.of("FFT", "HFT")) seen("a", method, LOW, seed, marks(1, 4), marks(1, 2));
        }
        assertThat(StudyText.markdown(result())).contains("| HFT forgets less | +5.7 | Llama 2 7B |");
        assertThat(StudyText.console(result(), 80)).contains("Llama 2 7B").contains("base");
        assertThat(StudyPage.render(result()))
                .contains("Llama 2 7B")
                .contains("<svg")
                .doesNotContain("NaN");
    }
}
