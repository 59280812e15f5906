package org.halftune.report;

import java.util.List;
import java.util.stream.Stream;

/**
 * A headline of the comparison, worded after its numbers: whether HFT did better, worse, or no differently than the
 * measurement can tell.
 *
 * <p>Two shares of right answers over n questions count as different only beyond {@code 1.96·√(p(1−p)/n + q(1−q)/n)}, the
 * 95 % interval of the difference of two proportions; a time ratio only if its interval excludes 1.
 *
 * @param figure the number itself, a few characters
 * @param claim what it says about HFT
 * @param detail the two figures behind it
 */
public record Finding(String figure, String claim, String detail, Verdict verdict) {

    /** How HFT stands against FFT. */
    public enum Verdict {
        BETTER,
        WORSE,
        /** No difference that the measurement can tell. */
        LEVEL,
        NOT_MEASURED
    }

    /** Time, memory, new task, old knowledge; what was not measured is left out. */
    public static List<Finding> of(Comparison comparison) {
        return Stream.of(time(comparison), memory(comparison), newTask(comparison), oldKnowledge(comparison))
                .filter(finding -> finding.verdict() != Verdict.NOT_MEASURED)
                .toList();
    }

    static Finding time(Comparison comparison) {
        var ratio = comparison.saving().measured().timeRatio();
        String detail = Figures.milliseconds(comparison.hft().time().stepMs().median()) + " against "
                + Figures.milliseconds(comparison.fft().time().stepMs().median()) + " a step";
        Verdict verdict;
        if (Double.isNaN(ratio.value())) verdict = Verdict.NOT_MEASURED;
        else if (ratio.low() <= 1 && ratio.high() >= 1) verdict = Verdict.LEVEL;
        else verdict = lessIsBetter(ratio.value());
        String claim = switch (verdict) {
            case BETTER -> "HFT’s step takes " + lessBy(ratio.value()) + " less time";
            case WORSE -> "HFT’s step takes " + moreBy(ratio.value()) + " more time";
            case LEVEL -> "no measurable difference in time per step";
            case NOT_MEASURED -> "time was not measured";
        };
        return new Finding(Figures.ratio(ratio.value()), claim, detail, verdict);
    }

    static Finding memory(Comparison comparison) {
        double ratio = comparison.saving().measured().memoryRatio();
        String detail = Figures.bytes(comparison.hft().memory().peak()) + " against "
                + Figures.bytes(comparison.fft().memory().peak()) + " at the peak";
        var verdict = Double.isNaN(ratio) ? Verdict.NOT_MEASURED : lessIsBetter(ratio);
        String claim = switch (verdict) {
            case BETTER -> "HFT needs " + lessBy(ratio) + " less memory";
            case WORSE -> "HFT needs " + moreBy(ratio) + " more memory";
            case LEVEL -> "both need the same memory";
            case NOT_MEASURED -> "memory was not measured";
        };
        return new Finding(Figures.ratio(ratio), claim, detail, verdict);
    }

    static Finding newTask(Comparison comparison) {
        double fft = comparison.fft().scores().newTask().after();
        double hft = comparison.hft().scores().newTask().after();
        int questions = comparison.task().newTask().questions();
        var verdict = moreIsBetter(hft - fft, noise(fft, hft, questions));
        String points = Figures.decimals(100 * Math.abs(hft - fft), 1) + " points";
        String claim = switch (verdict) {
            case BETTER -> "right at the new task: HFT is " + points + " better than FFT";
            case WORSE -> "right at the new task: HFT is " + points + " worse than FFT";
            case LEVEL -> "right at the new task: no clear difference to FFT";
            case NOT_MEASURED -> "the new task was not scored";
        };
        return new Finding(
                Figures.percent(hft), claim, "FFT reaches " + Figures.percent(fft) + asked(questions), verdict);
    }

    static Finding oldKnowledge(Comparison comparison) {
        var fft = comparison.fft().scores();
        var hft = comparison.hft().scores();
        int questions = comparison.task().oldKnowledge().questions();
        double difference = hft.forgotten() - fft.forgotten();
        var verdict = moreIsBetter(
                -difference,
                noise(fft.oldKnowledge().after(), hft.oldKnowledge().after(), questions));
        String points = Figures.decimals(100 * Math.abs(difference), 1);
        String claim = switch (verdict) {
            case BETTER -> "points of old knowledge: HFT keeps " + points + " more than FFT";
            case WORSE -> "points of old knowledge: HFT keeps " + points + " less than FFT";
            case LEVEL -> "points of old knowledge: no clear difference to FFT";
            case NOT_MEASURED -> "old knowledge was not scored";
        };
        String figure = Figures.signed(-100 * hft.forgotten(), 1);
        String detail = "FFT: " + Figures.points(-fft.forgotten()) + asked(questions);
        return new Finding(figure, claim, detail, verdict);
    }

    /** What two shares must differ by before chance is an unlikely reason; 0 if the number of questions is unknown. */
    private static double noise(double p, double q, int questions) {
        return questions < 1 ? 0 : 1.96 * Math.sqrt((p * (1 - p) + q * (1 - q)) / questions);
    }

    private static Verdict moreIsBetter(double difference, double noise) {
        if (Double.isNaN(difference)) return Verdict.NOT_MEASURED;
        if (difference == 0 || Math.abs(difference) <= noise) return Verdict.LEVEL;
        return difference > 0 ? Verdict.BETTER : Verdict.WORSE;
    }

    /** Level if both would be printed as 1.00×. */
    private static Verdict lessIsBetter(double ratio) {
        if (Math.abs(ratio - 1) < 0.005) return Verdict.LEVEL;
        return ratio < 1 ? Verdict.BETTER : Verdict.WORSE;
    }

    private static String lessBy(double ratio) {
        return Figures.decimals(100 * (1 - ratio), 0) + " %";
    }

    private static String moreBy(double ratio) {
        return Figures.decimals(100 * (ratio - 1), 0) + " %";
    }

    private static String asked(int questions) {
        return questions < 1 ? "" : " (" + questions + " questions)";
    }
}
