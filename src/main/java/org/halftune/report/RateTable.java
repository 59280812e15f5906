package org.halftune.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.halftune.report.ComparisonTable.Line;

/** The table rows for several learning rates: each rate's scores, the best rates, and knowledge kept at equal learning. */
final class RateTable {
    private static final String INTERPOLATED =
            "≈ is interpolated linearly between two learning rates of the method, using only rates that no other"
                    + " rate of the method beats in both learned and kept.";

    private RateTable() {}

    static ComparisonTable.Group of(LearningRates rates) {
        var rows = new ArrayList<Line>();
        for (int i = 0; i < rates.fft().size(); i++) {
            var fft = rates.fft().get(i);
            rows.add(new Line(
                    what(rates.measure()) + " at " + Figures.learningRate(fft.learningRate()),
                    reached(rates.measure(), fft),
                    reached(rates.measure(), rates.hft().get(i)),
                    "",
                    false));
        }
        rows.add(best(rates));
        if (rates.measure() == LearningRates.Merit.LEARNED_AND_KEPT) {
            rows.add(means(rates));
            rows.addAll(equalLearning(rates.equalLearning()));
        }
        return new ComparisonTable.Group("Learned and kept, by learning rate", rows);
    }

    /** Explains the rows, if there are several rates. */
    static Optional<String> note(LearningRates rates) {
        if (!rates.several()) return Optional.empty();
        String best = switch (rates.measure()) {
            case LEARNED_AND_KEPT ->
                "Best: the highest mean of learned and kept. At equal learning: kept by HFT minus kept by FFT, averaged over"
                        + " the common range of learned. " + INTERPOLATED;
            case LEARNED -> "Best: the highest score on the new task.";
            case TEST_LOSS -> "Best: the lowest loss on test rows.";
            case NOTHING -> "The new task was not scored (no --eval_file), so no rate is the best.";
        };
        return Optional.of("Each learning rate starts from the base model. " + best);
    }

    private static String what(LearningRates.Merit measure) {
        return switch (measure) {
            case LEARNED_AND_KEPT -> "learned, kept";
            case LEARNED, NOTHING -> "learned";
            case TEST_LOSS -> "test loss";
        };
    }

    private static String reached(LearningRates.Merit measure, RatePoint point) {
        return switch (measure) {
            case LEARNED_AND_KEPT -> Figures.decimals(100 * point.learned(), 1) + ", " + Figures.percent(point.kept());
            case LEARNED, NOTHING -> Figures.percent(point.learned());
            case TEST_LOSS -> Figures.significant(point.testLoss());
        };
    }

    private static Line best(LearningRates rates) {
        return new Line(
                "best learning rate",
                Figures.learningRate(rates.fftBest()),
                Figures.learningRate(rates.hftBest()),
                rates.measure() == LearningRates.Merit.LEARNED_AND_KEPT
                        ? ""
                        : "by " + rates.measure().title(),
                false);
    }

    private static Line means(LearningRates rates) {
        double fft = rates.measure().of(LearningRates.at(rates.fft(), rates.fftBest()));
        double hft = rates.measure().of(LearningRates.at(rates.hft(), rates.hftBest()));
        return new Line(
                rates.measure().title(), Figures.percent(fft), Figures.percent(hft), Figures.points(hft - fft), true);
    }

    private static List<Line> equalLearning(EqualLearning equal) {
        var rows = new ArrayList<Line>();
        rows.add(new Line(
                "kept at equal learning",
                "",
                "",
                equal.levels().isEmpty() ? "no common range" : "≈ " + Figures.points(equal.difference()),
                false));
        for (var level : equal.levels()) {
            boolean measured = level.fftMeasured() && level.hftMeasured();
            rows.add(new Line(
                    "where " + Figures.percent(level.learned()) + " is learned",
                    kept(level.fftKept(), level.fftMeasured()),
                    kept(level.hftKept(), level.hftMeasured()),
                    about(measured) + Figures.points(level.more()),
                    true));
        }
        return rows;
    }

    private static String kept(double share, boolean measured) {
        return about(measured) + Figures.percent(share);
    }

    private static String about(boolean measured) {
        return measured ? "" : "≈ ";
    }
}
