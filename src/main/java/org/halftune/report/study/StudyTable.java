package org.halftune.report.study;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.halftune.console.Amounts;
import org.halftune.report.Figures;
import org.halftune.report.study.StudyResult.Best;
import org.halftune.report.study.StudyResult.Measure;
import org.halftune.report.study.StudyResult.MethodResult;
import org.halftune.report.study.StudyResult.Point;
import org.halftune.report.study.StudyResult.TaskResult;
import org.halftune.statistics.Estimate;

/**
 * A table of a study's results: the same on the console, as Markdown and in the report.
 *
 * @param note what its columns mean; may be empty
 */
public record StudyTable(String title, List<String> header, List<List<String>> rows, String note) {

    public StudyTable {
        header = List.copyOf(header);
        rows = rows.stream().map(List::copyOf).toList();
    }

    /**
     * All tables with something in them.
     *
     * @param whole all measures of the comparisons, instead of the two that sum up
     */
    public static List<StudyTable> of(StudyResult study, boolean whole) {
        var tables = new ArrayList<StudyTable>();
        tables.add(best(study));
        tables.add(comparisons(study, whole));
        if (whole) tables.add(questions(study));
        tables.add(fronts(study));
        tables.add(paper(study));
        tables.removeIf(table -> table.rows.isEmpty());
        return tables;
    }

    /** What was scored, and how settings were chosen, in sentences. */
    public static String setup(StudyResult study) {
        var words = new StringBuilder(study.model() + ", "
                + (study.seeds().size() == 1 ? "seed " : study.seeds().size() + " seeds: ")
                + String.join(", ", study.seeds().stream().map(String::valueOf).toList()) + ". ");
        words.append(
                study.choose() == 0
                        ? "Learning rates were chosen on the questions that are reported (choose: 0), so scores at the best rate"
                                + " are a little too high."
                        : "Learning rates and steps were chosen on " + Figures.percent(study.choose())
                                + " of the questions; all scores are of the others.");
        if (study.missing() > 0) {
            words.append(" Not finished: ")
                    .append(Amounts.counted(study.missing(), "cell"))
                    .append(" missing.");
        }
        return words.toString();
    }

    private static StudyTable best(StudyResult study) {
        var figures = new TreeSet<String>();
        for (var task : study.tasks()) {
            for (var method : task.methods()) {
                for (var best : method.best()) figures.addAll(best.figures().keySet());
            }
        }
        var header =
                new ArrayList<>(List.of("task", "method", "learns, %", "best at", "learned, %", "kept, %", "mean, %"));
        header.addAll(figures);
        var rows = new ArrayList<List<String>>();
        for (var task : study.tasks()) {
            var base = new ArrayList<>(List.of(
                    task.name(),
                    "base",
                    "",
                    "",
                    percent(task.base().learned()),
                    percent(task.base().kept()),
                    ""));
            while (base.size() < header.size()) base.add("");
            rows.add(base);
            for (var method : task.methods()) {
                for (var best : method.best()) rows.add(row(study, method, best, figures));
            }
        }
        return new StudyTable(
                "Each method at its own best setting",
                header,
                rows,
                "± is half of the 95 % interval of the mean over seeds (Student's t)."
                        + (figures.contains(Observation.BACKWARD_TRANSFER)
                                ? " Learned of a sequence is the overall performance (OP): the mean score of its tasks after the"
                                        + " last round. BWT, in points: over all test rows."
                                : ""));
    }

    private static List<String> row(StudyResult study, MethodResult method, Best best, Iterable<String> figures) {
        var row = new ArrayList<>(List.of(
                "",
                method.name(),
                percent(method.trainable()),
                best.setting().label(study.severalSteps()),
                mean(best.learned()),
                mean(best.kept()),
                mean(best.both())));
        for (String name : figures) {
            var figure = best.figures().get(name);
            if (figure == null) row.add("");
            else
                row.add(name.equals(Observation.BACKWARD_TRANSFER) ? mean(figure) : Figures.significant(figure.mean()));
        }
        return row;
    }

    private static StudyTable comparisons(StudyResult study, boolean whole) {
        var rows = new ArrayList<List<String>>();
        for (var compared : study.comparisons()) {
            boolean sums = compared.measure() == Measure.BOTH || compared.measure() == Measure.KEPT_AT_EQUAL_LEARNING;
            if (!whole && !sums) continue;
            var difference = compared.difference();
            rows.add(List.of(
                    compared.task(),
                    compared.method(),
                    compared.measure().title(),
                    Figures.signed(100 * difference.mean(), 1),
                    interval(difference),
                    Integer.toString(difference.n()),
                    p(compared.p()),
                    p(compared.holm()),
                    compared.verdict()));
        }
        return new StudyTable(
                "Against " + study.baseline() + ", in points, paired by seed",
                List.of("task", "method", "measure", "points", "95 % interval", "n", "p", "Holm", "result"),
                rows,
                "Learned, kept and their mean: each method at its own best setting. Kept at equal learning: between the fronts"
                        + " of both methods, averaged over the range of learning that both reach with a seed (n: seeds that have"
                        + " one). p: paired t test; Holm: p corrected over all tasks and methods with this measure. A difference"
                        + " counts (more, less) if the interval excludes 0 and Holm's p is below 0.05.");
    }

    private static StudyTable questions(StudyResult study) {
        var rows = new ArrayList<List<String>>();
        for (var compared : study.comparisons()) {
            if (Double.isNaN(compared.questionP())) continue;
            rows.add(List.of(
                    compared.task(),
                    compared.method(),
                    compared.measure().title(),
                    Integer.toString(compared.better()),
                    Integer.toString(compared.worse()),
                    p(compared.questionP()),
                    p(compared.questionHolm())));
        }
        return new StudyTable(
                "Against " + study.baseline() + ", question by question",
                List.of("task", "method", "measure", "better", "worse", "p", "Holm"),
                rows,
                "Each method at its own best setting. Better, worse: questions answered right with more seeds, with fewer seeds"
                        + " than " + study.baseline() + ". p: exact sign test, with one seed McNemar's test.");
    }

    private static StudyTable fronts(StudyResult study) {
        var settings = study.tasks().stream()
                .flatMap(task -> task.methods().stream())
                .flatMap(method -> method.points().stream())
                .map(Point::setting)
                .distinct()
                .sorted()
                .toList();
        var header = new ArrayList<>(List.of("task", "method"));
        settings.forEach(setting -> header.add(setting.label(study.severalSteps())));
        var rows = new ArrayList<List<String>>();
        for (var task : study.tasks()) {
            for (var method : task.methods()) {
                var row = new ArrayList<>(List.of(name(task, rows), method.name()));
                for (var setting : settings) {
                    row.add(method.points().stream()
                            .filter(point -> point.setting().equals(setting))
                            .map(StudyTable::point)
                            .findFirst()
                            .orElse(""));
                }
                rows.add(row);
            }
        }
        return new StudyTable(
                "Learned / kept at each setting, %",
                header, rows, "Means over seeds. At a lower rate alone a method forgets less.");
    }

    /** The task's name in its first row. */
    private static String name(TaskResult task, List<List<String>> before) {
        for (var row : before.reversed()) {
            if (!row.getFirst().isEmpty()) return row.getFirst().equals(task.name()) ? "" : task.name();
        }
        return task.name();
    }

    private static String point(Point point) {
        if (point.learned().n() == 0) return point.diverged() > 0 ? "diverged" : "";
        return percent(point.learned().mean()) + " / " + percent(point.kept().mean())
                + (point.diverged() > 0 ? " (" + point.diverged() + " diverged)" : "");
    }

    private static StudyTable paper(StudyResult study) {
        return new StudyTable(
                "What the paper reports",
                List.of("claim", "figure", "measured on"),
                study.paper().stream()
                        .map(figure -> List.of(figure.claim(), figure.figure(), figure.measuredOn()))
                        .toList(),
                "Published figures, not measured here.");
    }

    /** {@code 62.6 ± 1.4}; without the interval if there is none. */
    static String mean(Estimate share) {
        String mean = percent(share.mean());
        return share.hasInterval() ? mean + " ± " + Figures.decimals(100 * share.margin(), 1) : mean;
    }

    private static String interval(Estimate difference) {
        if (!difference.hasInterval()) return Figures.NONE;
        return Figures.signed(100 * difference.low(), 1) + " to " + Figures.signed(100 * difference.high(), 1);
    }

    private static String percent(double share) {
        return Figures.decimals(100 * share, 1);
    }

    private static String p(double p) {
        if (Double.isNaN(p)) return Figures.NONE;
        return p < 0.001 ? "<0.001" : Figures.decimals(p, 3);
    }
}
