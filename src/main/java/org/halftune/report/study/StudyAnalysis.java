package org.halftune.report.study;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.halftune.report.study.StudyResult.Best;
import org.halftune.report.study.StudyResult.MethodResult;
import org.halftune.report.study.StudyResult.Point;
import org.halftune.report.study.StudyResult.SuiteSize;
import org.halftune.report.study.StudyResult.TaskResult;
import org.halftune.statistics.Estimate;

/**
 * From scored cells to the result.
 *
 * <p>Each method is reported at its own best setting (learning rate and steps): the one with the highest mean over seeds on the
 * questions to choose on, which no reported score uses. The choice is pooled over seeds, because a user chooses a rate once, and a
 * choice by each seed would add its noise to the spread.
 *
 * @param base the base model's marks, by suite
 * @param missing cells of the design that are not finished
 */
public record StudyAnalysis(
        String title,
        String model,
        List<Long> seeds,
        double choose,
        String baseline,
        List<TaskSuites> tasks,
        List<String> methods,
        Map<String, double[]> base,
        List<Observation> observations,
        int missing,
        List<PaperFigure> paper) {

    /** The result, which does not depend on the order of the observations. */
    public StudyResult result() {
        var results = new ArrayList<TaskResult>();
        var arms = new ArrayList<Arm>();
        for (var task : tasks) {
            var byMethod = new ArrayList<MethodResult>();
            for (String method : methods) {
                var arm = arm(task, method);
                if (arm.settings.isEmpty()) continue;
                arms.add(arm);
                byMethod.add(arm.result());
            }
            results.add(new TaskResult(task.task(), sizes(task), task.scoring(base), byMethod));
        }
        return new StudyResult(
                title,
                model,
                seeds,
                choose,
                baseline,
                missing,
                results,
                new MethodComparisons(baseline, seeds, tasks, arms).all(),
                paper);
    }

    private Arm arm(TaskSuites task, String method) {
        var settings = new TreeMap<RateAndSteps, TreeMap<Long, Observation>>();
        for (var seen : observations) {
            if (!seen.task().equals(task.task()) || !seen.method().equals(method)) continue;
            settings.computeIfAbsent(seen.setting(), _ -> new TreeMap<>()).put(seen.seed(), seen);
        }
        return new Arm(task, method, settings);
    }

    private static List<SuiteSize> sizes(TaskSuites task) {
        var sizes = new ArrayList<SuiteSize>();
        for (var suite : task.learned()) sizes.add(size(suite, "learned"));
        for (var suite : task.kept()) sizes.add(size(suite, "kept"));
        return sizes;
    }

    private static SuiteSize size(SuiteSplit suite, String role) {
        return new SuiteSize(suite.name(), role, suite.choosing().length, suite.scoring().length);
    }

    /** A method on a task: its observations by setting and seed. */
    record Arm(TaskSuites task, String method, TreeMap<RateAndSteps, TreeMap<Long, Observation>> settings) {

        /** The observations of a setting that did not diverge, by seed. */
        List<Observation> scored(RateAndSteps setting) {
            return settings.getOrDefault(setting, new TreeMap<>()).values().stream()
                    .filter(seen -> !seen.diverged())
                    .toList();
        }

        /** The observation of a setting and seed, if it was scored. */
        Optional<Observation> at(RateAndSteps setting, long seed) {
            return scored(setting).stream().filter(seen -> seen.seed() == seed).findFirst();
        }

        MethodResult result() {
            var points = settings.keySet().stream().map(this::point).toList();
            double trainable = settings.values().stream()
                    .flatMap(seeds -> seeds.values().stream())
                    .mapToDouble(Observation::trainable)
                    .average()
                    .orElse(Double.NaN);
            return new MethodResult(
                    method,
                    trainable,
                    points,
                    best().map(this::best).map(List::of).orElse(List.of()));
        }

        private Point point(RateAndSteps setting) {
            var seen = scored(setting);
            return new Point(
                    setting,
                    estimate(seen, o -> task.scoring(o.marks()).learned()),
                    estimate(seen, o -> task.scoring(o.marks()).kept()),
                    estimate(seen, Observation::perplexity),
                    settings.getOrDefault(setting, new TreeMap<>()).size() - seen.size());
        }

        private Best best(RateAndSteps setting) {
            var seen = scored(setting);
            return new Best(
                    setting,
                    choosing(setting),
                    estimate(seen, o -> task.scoring(o.marks()).learned()),
                    estimate(seen, o -> task.scoring(o.marks()).kept()),
                    estimate(seen, o -> task.scoring(o.marks()).both()),
                    figures(seen));
        }

        private static TreeMap<String, Estimate> figures(List<Observation> seen) {
            var figures = new TreeMap<String, Estimate>();
            for (var one : seen) {
                for (String name : one.figures().keySet()) {
                    figures.computeIfAbsent(
                            name, _ -> estimate(seen, o -> o.figures().getOrDefault(name, Double.NaN)));
                }
            }
            return figures;
        }

        /**
         * The best setting on the questions to choose on. Among equals, the one with the fewest steps and then the lowest rate, which
         * changes the model least. A setting that diverged with a seed, or has fewer finished seeds than another, is not chosen.
         */
        Optional<RateAndSteps> best() {
            int most = settings.keySet().stream()
                    .mapToInt(setting -> scored(setting).size())
                    .max()
                    .orElse(0);
            return settings.keySet().stream()
                    .filter(setting -> most > 0 && scored(setting).size() == most)
                    .filter(setting -> !Double.isNaN(choosing(setting)))
                    .max(Comparator.<RateAndSteps>comparingDouble(this::choosing)
                            .thenComparing(Comparator.reverseOrder()));
        }

        private double choosing(RateAndSteps setting) {
            return estimate(scored(setting), o -> task.choosing(o.marks()).both())
                    .mean();
        }

        private static Estimate estimate(List<Observation> seen, ToDoubleFunction<Observation> value) {
            return Estimate.of(seen.stream().mapToDouble(value).toArray());
        }
    }
}
