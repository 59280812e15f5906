package org.halftune.report;

import java.util.ArrayList;
import java.util.List;
import org.halftune.console.Amounts;

/**
 * The rows of the comparison table, for terminal and HTML: FFT, HFT, and HFT vs FFT, as formatted text. Time and memory are compared
 * as a ratio, scores as a difference in percentage points.
 */
public final class ComparisonTable {

    /** A group of rows. */
    public record Group(String title, List<Line> rows) {}

    /**
     * One row.
     *
     * @param detail whether it is a part of the row above
     */
    public record Line(String label, String fft, String hft, String against, boolean detail) {}

    private final Comparison comparison;

    private ComparisonTable(Comparison comparison) {
        this.comparison = comparison;
    }

    /** All groups in order: learning rates if there are several, then one rate in detail. */
    public static List<Group> of(Comparison comparison) {
        var table = new ComparisonTable(comparison);
        var groups = new ArrayList<Group>();
        if (comparison.rates().several() && comparison.rates().measure() != LearningRates.Merit.NOTHING) {
            groups.add(RateTable.of(comparison.rates()));
        }
        if (comparison.hasSameStep()) groups.addAll(List.of(table.time(), table.memory()));
        comparison.equalMemory().map(EqualMemoryTable::of).ifPresent(groups::add);
        groups.add(table.parameters());
        if (comparison.hasSameStep()) groups.add(table.scores());
        groups.removeIf(group -> group.rows().isEmpty());
        return groups;
    }

    /** Ratios are shown only if enough steps were timed. */
    private Group time() {
        var fft = comparison.fft().time();
        var hft = comparison.hft().time();
        boolean told = comparison.saving().measured().timeRatio().hasInterval();
        var rows = new ArrayList<Line>();
        rows.add(new Line(
                "time per step",
                Figures.milliseconds(fft.stepMs().median()),
                Figures.milliseconds(hft.stepMs().median()),
                Figures.ratio(comparison.saving().measured().timeRatio().value()),
                false));
        rows.add(new Line("10th–90th percentile", range(fft.stepMs()), range(hft.stepMs()), "", true));
        var hftParts = hft.partsMs().byTitle();
        fft.partsMs().byTitle().forEach((title, ms) -> {
            double other = hftParts.getOrDefault(title, Double.NaN);
            rows.add(new Line(
                    title,
                    Figures.milliseconds(ms),
                    Figures.milliseconds(other),
                    told ? Figures.ratio(other, ms) : Figures.NONE,
                    true));
        });
        rows.add(new Line(
                "tokens per second",
                Figures.whole(fft.tokensPerSecond()),
                Figures.whole(hft.tokensPerSecond()),
                told ? Figures.ratio(hft.tokensPerSecond(), fft.tokensPerSecond()) : Figures.NONE,
                false));
        return new Group("Time", rows);
    }

    private static String range(StepTime.Spread spread) {
        if (Double.isNaN(spread.p10()) || Double.isNaN(spread.p90())) return Figures.NONE;
        return Figures.milliseconds(spread.p10(), spread.p90());
    }

    private Group memory() {
        var rows = new ArrayList<Line>();
        var fft = comparison.fft().memory();
        var hft = comparison.hft().memory();
        rows.add(new Line(
                "peak memory",
                Figures.bytes(fft.peak()),
                Figures.bytes(hft.peak()),
                Figures.ratio(comparison.saving().measured().memoryRatio()),
                false));
        var half = hft.byTitle();
        fft.byTitle().forEach((title, full) -> {
            long other = half.getOrDefault(title, 0L);
            if (full == 0 && other == 0) return;
            String ratio = Figures.ratio((double) other, (double) full);
            rows.add(new Line(title, Figures.bytes(full), Figures.bytes(other), ratio, true));
        });
        return new Group("Memory", rows);
    }

    private Group parameters() {
        var fft = comparison.fft().parameters();
        var hft = comparison.hft().parameters();
        var rows = new ArrayList<Line>();
        rows.add(new Line(
                "trainable parameters",
                Figures.count(fft.trainable()),
                Figures.count(hft.trainable()),
                Figures.ratio((double) hft.trainable(), (double) fft.trainable()),
                false));
        rows.add(new Line(
                "fraction of the model", Figures.percent(fft.share()), Figures.percent(hft.share()), "", true));
        for (var category : hft.categories()) {
            String full = fft.categories().stream()
                    .filter(c -> c.title().equals(category.title()))
                    .map(c -> Figures.percent(c.share()))
                    .findFirst()
                    .orElse(Figures.NONE);
            String matrices =
                    category.trainableMatrices() + "/" + Amounts.counted(category.matrices(), "matrix", "matrices");
            rows.add(new Line(category.title(), full, Figures.percent(category.share()), matrices, true));
        }
        return new Group("Trainable parameters", rows);
    }

    /** All scores; the group is empty if there are none. */
    private Group scores() {
        var fft = comparison.fft().scores();
        var hft = comparison.hft().scores();
        var rows = new ArrayList<Line>();
        var fftLoss = comparison.fft().testLoss();
        var hftLoss = comparison.hft().testLoss();
        if (hft.newTask().measured()) {
            rows.add(new Line(
                    "new task",
                    shares(fft.newTask()),
                    shares(hft.newTask()),
                    Figures.points(hft.newTask().after() - fft.newTask().after()),
                    false));
        }
        if (hftLoss.measured()) {
            rows.add(new Line(
                    "loss on test rows",
                    loss(fftLoss),
                    loss(hftLoss),
                    Figures.signed(hftLoss.after() - fftLoss.after(), 4),
                    false));
        }
        if (hft.oldKnowledge().measured()) {
            rows.add(new Line(
                    "old knowledge",
                    shares(fft.oldKnowledge()),
                    shares(hft.oldKnowledge()),
                    Figures.points(
                            hft.oldKnowledge().after() - fft.oldKnowledge().after()),
                    false));
            rows.add(new Line(
                    "forgotten, points",
                    forgotten(fft.forgotten()),
                    forgotten(hft.forgotten()),
                    Figures.points(hft.forgotten() - fft.forgotten()),
                    true));
        }
        if (hft.perplexity().measured()) {
            rows.add(new Line(
                    "perplexity, held-out text",
                    perplexity(fft.perplexity()),
                    perplexity(hft.perplexity()),
                    Figures.ratio(hft.perplexity().after(), fft.perplexity().after()),
                    false));
        }
        if (comparison.rates().several() && !rows.isEmpty()) {
            String rate = Figures.learningRate(comparison.rates().shown());
            rows.addFirst(new Line("at learning rate " + rate, "", "", "", false));
        }
        return new Group("Scores, before → after", rows);
    }

    private static String loss(MethodResult.BeforeAfter loss) {
        return change(Figures.decimals(loss.before(), 4), Figures.decimals(loss.after(), 4));
    }

    private static String shares(MethodResult.BeforeAfter score) {
        return change(Figures.decimals(100 * score.before(), 1), Figures.percent(score.after()));
    }

    private static String perplexity(MethodResult.BeforeAfter score) {
        return change(Figures.significant(score.before()), Figures.significant(score.after()));
    }

    private static String change(String before, String after) {
        return before.equals(Figures.NONE) && after.equals(Figures.NONE) ? Figures.NONE : before + " → " + after;
    }

    private static String forgotten(double share) {
        if (Double.isNaN(share)) return Figures.NONE;
        String points = Figures.decimals(Math.abs(100 * share), 1);
        return share < 0 && !points.equals("0.0") ? points + " gained" : points;
    }
}
