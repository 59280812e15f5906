package org.halftune.report.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.halftune.report.EqualLearning;
import org.halftune.report.Front;
import org.halftune.report.RatePoint;
import org.halftune.report.study.StudyAnalysis.Arm;
import org.halftune.report.study.StudyResult.Comparison;
import org.halftune.report.study.StudyResult.Measure;
import org.halftune.statistics.Estimate;
import org.halftune.statistics.Holm;
import org.halftune.statistics.SignTest;

/**
 * Each method against the baseline, paired by seed: cells with the same seed have the same order of rows.
 *
 * <p>Two tests. The paired t test over seeds says whether the difference would hold with other orders of rows and other selections.
 * The sign test over questions says whether it would hold on other questions. Each is corrected by Holm over all tasks and methods
 * of one measure; the means over all tasks are a family of their own.
 */
record MethodComparisons(String baseline, List<Long> seeds, List<TaskSuites> tasks, List<Arm> arms) {

    /** Differences of one method on one task: by measure, [seeds], NaN where a seed has none. */
    private record Differences(Arm method, Arm against, Map<Measure, double[]> bySeed) {}

    List<Comparison> all() {
        var methods = new LinkedHashMap<String, List<Differences>>();
        for (var arm : arms) {
            if (arm.method().equals(baseline)) continue;
            find(arm.task().task(), baseline)
                    .ifPresent(against -> methods.computeIfAbsent(arm.method(), _ -> new ArrayList<>())
                            .add(new Differences(arm, against, differences(arm, against))));
        }
        var comparisons = new ArrayList<Comparison>();
        for (var measure : Measure.values()) {
            var single = new ArrayList<Comparison>();
            var mean = new ArrayList<Comparison>();
            for (var differences : methods.values()) {
                for (var one : differences) single.add(comparison(one, measure));
                if (tasks.size() > 1 && differences.size() == tasks.size()) mean.add(overTasks(differences, measure));
            }
            comparisons.addAll(corrected(single));
            comparisons.addAll(corrected(mean));
        }
        return comparisons;
    }

    private Optional<Arm> find(String task, String method) {
        return arms.stream()
                .filter(arm -> arm.task().task().equals(task) && arm.method().equals(method))
                .findFirst();
    }

    private Map<Measure, double[]> differences(Arm method, Arm against) {
        var all = new EnumMap<Measure, double[]>(Measure.class);
        for (var measure : Measure.values()) {
            all.put(
                    measure,
                    seeds.stream()
                            .mapToDouble(seed -> measure == Measure.KEPT_AT_EQUAL_LEARNING
                                    ? equalLearning(method, against, seed)
                                    : at(method, measure, seed) - at(against, measure, seed))
                            .toArray());
        }
        return all;
    }

    /** A score at the method's own best setting; NaN if the seed has none. */
    private static double at(Arm arm, Measure measure, long seed) {
        var seen = arm.best().flatMap(setting -> arm.at(setting, seed));
        if (seen.isEmpty()) return Double.NaN;
        var score = arm.task().scoring(seen.get().marks());
        return switch (measure) {
            case LEARNED -> score.learned();
            case KEPT -> score.kept();
            case BOTH -> score.both();
            case KEPT_AT_EQUAL_LEARNING -> Double.NaN;
        };
    }

    private static double equalLearning(Arm method, Arm against, long seed) {
        return EqualLearning.of(front(against, seed), front(method, seed)).difference();
    }

    /** The front of one seed over all settings. */
    private static Front front(Arm arm, long seed) {
        var points = new ArrayList<RatePoint>();
        for (var setting : arm.settings().keySet()) {
            arm.at(setting, seed).ifPresent(seen -> {
                var score = arm.task().scoring(seen.marks());
                points.add(new RatePoint(
                        setting.learningRate(), score.learned(), score.kept(), seen.perplexity(), Double.NaN));
            });
        }
        return Front.of(points);
    }

    private Comparison comparison(Differences of, Measure measure) {
        var difference = Estimate.of(of.bySeed.getOrDefault(measure, new double[0]));
        var questions = questions(of, measure);
        return new Comparison(
                of.method.task().task(),
                of.method.method(),
                measure,
                difference,
                difference.pairedT(),
                Double.NaN,
                questions.map(SignTest::better).orElse(0),
                questions.map(SignTest::worse).orElse(0),
                questions.map(SignTest::p).orElse(Double.NaN),
                Double.NaN);
    }

    private Comparison overTasks(List<Differences> tasks, Measure measure) {
        double[] means = IntStream.range(0, seeds.size())
                .mapToDouble(seed -> tasks.stream()
                        .mapToDouble(task -> task.bySeed.getOrDefault(measure, new double[0])[seed])
                        .average()
                        .orElse(Double.NaN))
                .toArray();
        var difference = Estimate.of(means);
        return new Comparison(
                Comparison.ALL,
                tasks.getFirst().method.method(),
                measure,
                difference,
                difference.pairedT(),
                Double.NaN,
                0,
                0,
                Double.NaN,
                Double.NaN);
    }

    /** Question by question, at the best settings: each question's mean mark over the seeds that both methods have. */
    private Optional<SignTest> questions(Differences of, Measure measure) {
        if (measure != Measure.LEARNED && measure != Measure.KEPT) return Optional.empty();
        var method = of.method.best();
        var against = of.against.best();
        if (method.isEmpty() || against.isEmpty()) return Optional.empty();
        var first = new ArrayList<double[]>();
        var second = new ArrayList<double[]>();
        for (long seed : seeds) {
            var one = of.method.at(method.get(), seed);
            var other = of.against.at(against.get(), seed);
            if (one.isEmpty() || other.isEmpty()) continue;
            first.add(marks(of.method.task(), measure, one.get()));
            second.add(marks(of.method.task(), measure, other.get()));
        }
        if (first.isEmpty() || first.getFirst().length == 0) return Optional.empty();
        return Optional.of(SignTest.of(sum(first), sum(second)));
    }

    private static double[] marks(TaskSuites task, Measure measure, Observation seen) {
        return measure == Measure.LEARNED ? task.learnedMarks(seen.marks()) : task.keptMarks(seen.marks());
    }

    private static double[] sum(List<double[]> rows) {
        double[] sum = new double[rows.getFirst().length];
        for (var row : rows) Arrays.setAll(sum, i -> sum[i] + row[i]);
        return sum;
    }

    private static List<Comparison> corrected(List<Comparison> family) {
        double[] seeds =
                Holm.adjusted(family.stream().mapToDouble(Comparison::p).toArray());
        double[] questions =
                Holm.adjusted(family.stream().mapToDouble(Comparison::questionP).toArray());
        return IntStream.range(0, family.size())
                .mapToObj(i -> family.get(i).corrected(seeds[i], questions[i]))
                .toList();
    }
}
