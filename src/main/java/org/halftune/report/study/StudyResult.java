package org.halftune.report.study;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.halftune.statistics.Estimate;

/**
 * A whole study. All shares are fractions in 0…1 of the questions to report; estimates are over seeds.
 *
 * @param model name and size of the base model
 * @param choose fraction of the questions that settings are chosen on; 0: chosen on the reported questions
 * @param baseline the method that the others are compared with
 * @param missing cells that are not finished; 0 for a complete study
 */
public record StudyResult(
        String title,
        String model,
        List<Long> seeds,
        double choose,
        String baseline,
        int missing,
        List<TaskResult> tasks,
        List<Comparison> comparisons,
        List<PaperFigure> paper) {

    public StudyResult {
        seeds = List.copyOf(seeds);
        tasks = List.copyOf(tasks);
        comparisons = List.copyOf(comparisons);
        paper = List.copyOf(paper);
    }

    /** Whether the study has several numbers of steps, so that settings are named with them. */
    public boolean severalSteps() {
        return tasks.stream()
                        .flatMap(task -> task.methods().stream())
                        .flatMap(method -> method.points().stream())
                        .map(point -> point.setting().steps())
                        .distinct()
                        .count()
                > 1;
    }

    /**
     * One task.
     *
     * @param suites what was scored
     * @param base the base model's scores
     */
    public record TaskResult(String name, List<SuiteSize> suites, TaskSuites.Score base, List<MethodResult> methods) {
        public TaskResult {
            suites = List.copyOf(suites);
            methods = List.copyOf(methods);
        }
    }

    /**
     * The number of questions of a suite.
     *
     * @param role {@code learned} or {@code kept}
     * @param choosing questions to choose settings on
     * @param scoring questions to report
     */
    public record SuiteSize(String name, String role, int choosing, int scoring) {}

    /**
     * A method on a task.
     *
     * @param trainable fraction of the parameters that learned, mean over seeds
     * @param points one for each setting, ascending
     * @param best the setting with the highest mean of learned and kept on the questions to choose on; absent (empty list) if
     *     nothing was scored
     */
    public record MethodResult(String name, double trainable, List<Point> points, List<Best> best) {
        public MethodResult {
            points = List.copyOf(points);
            best = List.copyOf(best);
        }
    }

    /** One setting of a method. {@code diverged} seeds are left out of the estimates. */
    public record Point(RateAndSteps setting, Estimate learned, Estimate kept, Estimate perplexity, int diverged) {}

    /**
     * A method at its own best setting.
     *
     * @param choosing mean of learned and kept on the questions to choose on
     * @param both mean of learned and kept, reported
     * @param figures other results by name: {@code perplexity} of held-out text, {@code BWT} of a sequence
     */
    public record Best(
            RateAndSteps setting,
            double choosing,
            Estimate learned,
            Estimate kept,
            Estimate both,
            SortedMap<String, Estimate> figures) {
        public Best {
            figures = Collections.unmodifiableSortedMap(new TreeMap<>(figures));
        }
    }

    /** What two methods are compared in. */
    public enum Measure {
        /** Learned, each method at its own best setting. */
        LEARNED("learned"),
        /** Kept, each method at its own best setting. */
        KEPT("kept"),
        /** Mean of both, each method at its own best setting. */
        BOTH("mean of both"),
        /** Kept where both learned the same: between the fronts over all settings. */
        KEPT_AT_EQUAL_LEARNING("kept at equal learning");

        private final String title;

        Measure(String title) {
            this.title = title;
        }

        /** The name in tables. */
        public String title() {
            return title;
        }
    }

    /**
     * A method against the baseline.
     *
     * @param task {@value #ALL}: the mean over all tasks
     * @param difference method − baseline, by seed
     * @param p of the paired t test over seeds; NaN without spread or with one seed
     * @param holm p after Holm's correction over all tasks and methods with this measure
     * @param better questions that the method answered right in more seeds than the baseline did; 0 where questions are not compared
     * @param worse questions that it answered right in fewer seeds
     * @param questionP of the sign test over these questions (McNemar's test with one seed); NaN where questions are not compared
     * @param questionHolm the same after Holm's correction
     */
    public record Comparison(
            String task,
            String method,
            Measure measure,
            Estimate difference,
            double p,
            double holm,
            int better,
            int worse,
            double questionP,
            double questionHolm) {
        public static final String ALL = "all tasks";

        /** The result in words. */
        public String verdict() {
            if (difference.n() == 0) return "no common range";
            if (difference.n() == 1) return "one seed";
            if (difference.sd() == 0) return difference.mean() == 0 ? "equal" : "no spread";
            if (difference.includesZero()) return "interval includes 0";
            if (!(holm < 0.05)) return "not after Holm";
            return difference.mean() > 0 ? "more" : "less";
        }

        Comparison corrected(double corrected, double correctedQuestions) {
            return new Comparison(
                    task, method, measure, difference, p, corrected, better, worse, questionP, correctedQuestions);
        }
    }
}
