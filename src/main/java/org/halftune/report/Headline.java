package org.halftune.report;

import java.util.List;
import java.util.stream.Stream;
import org.halftune.console.Amounts;

/**
 * A headline of the comparison: a number, and whether HFT is better, worse or not significantly different.
 *
 * <p>Two fractions of right answers over n questions differ significantly if their difference exceeds {@code 1.96·√(p(1−p)/n +
 * q(1−q)/n)}, the 95 % interval of a difference of proportions; a time ratio if its interval excludes 1.
 *
 * @param figure the number
 * @param claim what it means for HFT
 * @param detail the two values that it was computed from
 */
public record Headline(String figure, String claim, String detail, Verdict verdict) {

    /** HFT compared with FFT. */
    public enum Verdict {
        BETTER,
        WORSE,
        /** No significant difference. */
        LEVEL,
        NOT_MEASURED
    }

    /**
     * Headlines for time, memory and scores. With several learning rates: knowledge kept at equal learning, and the best rates. With
     * one rate: the new task and old knowledge. Without headlines for what was not measured.
     */
    public static List<Headline> of(Comparison comparison) {
        var scores = comparison.rates().several()
                ? Stream.of(equalLearning(comparison), best(comparison))
                : Stream.of(newTask(comparison), oldKnowledge(comparison));
        if (comparison.rates().measure() == LearningRates.Merit.TEST_LOSS) {
            scores = Stream.of(testLoss(comparison), newTask(comparison), oldKnowledge(comparison));
        }
        var costs = Stream.concat(
                Stream.of(time(comparison), memory(comparison)),
                comparison.equalMemory().map(Headline::equalMemory).stream());
        return Stream.concat(costs, scores)
                .filter(finding -> finding.verdict() != Verdict.NOT_MEASURED)
                .toList();
    }

    static Headline time(Comparison comparison) {
        var ratio = comparison.saving().measured().timeRatio();
        String steps = Figures.milliseconds(comparison.hft().time().stepMs().median()) + " vs "
                + Figures.milliseconds(comparison.fft().time().stepMs().median()) + " per step";
        if (Double.isNaN(comparison.fft().time().stepMs().median())) {
            return new Headline(Figures.NONE, "time was not measured", steps, Verdict.NOT_MEASURED);
        }
        if (!ratio.differsFromOne()) {
            return new Headline(
                    Figures.ratio(ratio.value()),
                    ratio.hasInterval()
                            ? "no significant difference in time per step"
                            : "time per step: too few steps for a comparison",
                    steps + interval(ratio),
                    Verdict.LEVEL);
        }
        var verdict = lessIsBetter(ratio.value());
        String claim = switch (verdict) {
            case BETTER -> "a step with HFT takes " + lessBy(ratio.value()) + " less time";
            case WORSE -> "a step with HFT takes " + moreBy(ratio.value()) + " more time";
            case LEVEL, NOT_MEASURED -> "no difference in time per step";
        };
        return new Headline(Figures.ratio(ratio.value()), claim, steps + interval(ratio), verdict);
    }

    static Headline equalMemory(EqualMemoryResult equal) {
        var ratio = equal.timeRatio();
        String within = " in " + equal.budgetInWords();
        if (equal.neitherFits()) {
            return new Headline(
                    Figures.NONE, "neither method fits" + within, equal.hft().missing(), Verdict.NOT_MEASURED);
        }
        if (!equal.fft().fits() || !equal.hft().fits()) {
            boolean hft = equal.hft().fits();
            return new Headline(
                    hft ? Figures.milliseconds(equal.hft().time().stepMs().median()) : Figures.NONE,
                    (hft ? "per step with HFT" + within + "; FFT" : "FFT trains" + within + "; HFT") + " does not fit",
                    (hft ? equal.fft() : equal.hft()).missing(),
                    hft ? Verdict.BETTER : Verdict.WORSE);
        }
        String steps = Figures.milliseconds(equal.hft().time().stepMs().median()) + " vs "
                + Figures.milliseconds(equal.fft().time().stepMs().median()) + " per step" + interval(ratio);
        if (!ratio.differsFromOne()) {
            return new Headline(
                    Figures.ratio(ratio.value()),
                    ratio.hasInterval()
                            ? within.strip() + " of memory, no significant difference in time per step"
                            : "time per step" + within + ": too few steps for a comparison",
                    steps,
                    Verdict.LEVEL);
        }
        var verdict = lessIsBetter(ratio.value());
        String claim = switch (verdict) {
            case BETTER -> within.strip() + " of memory, a step with HFT takes " + lessBy(ratio.value()) + " less time";
            case WORSE -> within.strip() + " of memory, a step with HFT takes " + moreBy(ratio.value()) + " more time";
            case LEVEL, NOT_MEASURED -> within.strip() + " of memory, no difference in time per step";
        };
        return new Headline(Figures.ratio(ratio.value()), claim, steps, verdict);
    }

    private static String interval(HftSaving.Ratio ratio) {
        return ratio.hasInterval()
                ? "; 95 % interval " + Figures.decimals(ratio.low(), 2) + "–" + Figures.decimals(ratio.high(), 2)
                : "";
    }

    static Headline memory(Comparison comparison) {
        double ratio = comparison.saving().measured().memoryRatio();
        String detail = Figures.bytes(comparison.hft().memory().peak()) + " vs "
                + Figures.bytes(comparison.fft().memory().peak()) + " peak memory";
        var verdict = Double.isNaN(ratio) ? Verdict.NOT_MEASURED : lessIsBetter(ratio);
        String claim = switch (verdict) {
            case BETTER -> "HFT needs " + lessBy(ratio) + " less memory";
            case WORSE -> "HFT needs " + moreBy(ratio) + " more memory";
            case LEVEL -> "both need the same memory";
            case NOT_MEASURED -> "memory was not measured";
        };
        return new Headline(Figures.ratio(ratio), claim, detail, verdict);
    }

    static Headline newTask(Comparison comparison) {
        double fft = comparison.fft().scores().newTask().after();
        double hft = comparison.hft().scores().newTask().after();
        int questions = comparison.task().newTask().questions();
        var verdict = moreIsBetter(hft - fft, noise(fft, hft, questions));
        String points = Figures.decimals(100 * Math.abs(hft - fft), 1) + " points";
        String claim = switch (verdict) {
            case BETTER -> "right on the new task at this learning rate: HFT is " + points + " better than FFT";
            case WORSE -> "right on the new task at this learning rate: HFT is " + points + " worse than FFT";
            case LEVEL -> "right on the new task: no significant difference from FFT";
            case NOT_MEASURED -> "the new task was not scored";
        };
        return new Headline(
                Figures.percent(hft), claim, "FFT reaches " + Figures.percent(fft) + asked(questions), verdict);
    }

    /** Never better or worse, because the significance of a difference in loss is not known. */
    static Headline testLoss(Comparison comparison) {
        var fft = comparison.fft().testLoss();
        var hft = comparison.hft().testLoss();
        String rate = comparison.rates().several()
                ? ", both at " + Figures.learningRate(comparison.rates().shown())
                : "";
        return new Headline(
                Figures.decimals(hft.after(), 3),
                "loss on test rows with HFT, before training " + Figures.decimals(hft.before(), 3),
                "FFT reaches " + Figures.decimals(fft.after(), 3) + rate,
                Verdict.LEVEL);
    }

    static Headline oldKnowledge(Comparison comparison) {
        var fft = comparison.fft().scores();
        var hft = comparison.hft().scores();
        int questions = comparison.task().oldKnowledge().questions();
        double difference = hft.forgotten() - fft.forgotten();
        var verdict = moreIsBetter(
                -difference,
                noise(fft.oldKnowledge().after(), hft.oldKnowledge().after(), questions));
        String points = Figures.decimals(100 * Math.abs(difference), 1);
        String claim = switch (verdict) {
            case BETTER -> "points of old knowledge at this learning rate: HFT keeps " + points + " more than FFT";
            case WORSE -> "points of old knowledge at this learning rate: HFT keeps " + points + " less than FFT";
            case LEVEL -> "points of old knowledge: no significant difference from FFT";
            case NOT_MEASURED -> "old knowledge was not scored";
        };
        String figure = Figures.signed(-100 * hft.forgotten(), 1);
        String detail = "FFT: " + Figures.points(-fft.forgotten()) + asked(questions);
        return new Headline(figure, claim, detail, verdict);
    }

    static Headline equalLearning(Comparison comparison) {
        var rates = comparison.rates();
        var levels = rates.equalLearning().levels();
        if (rates.measure() != LearningRates.Merit.LEARNED_AND_KEPT) {
            return new Headline(
                    Figures.NONE, "the new task and old knowledge were not both scored", "", Verdict.NOT_MEASURED);
        }
        if (levels.isEmpty()) {
            return new Headline(
                    Figures.NONE,
                    "kept at equal learning: the two methods have no common range",
                    "other learning rates may give one",
                    Verdict.LEVEL);
        }
        double difference = rates.equalLearning().difference();
        double fft = levels.stream()
                .mapToDouble(EqualLearning.Level::fftKept)
                .average()
                .orElse(Double.NaN);
        double hft = levels.stream()
                .mapToDouble(EqualLearning.Level::hftKept)
                .average()
                .orElse(Double.NaN);
        int questions = comparison.task().oldKnowledge().questions();
        var verdict = moreIsBetter(difference, noise(fft, hft, questions));
        String points = Figures.decimals(100 * Math.abs(difference), 1) + " points";
        String claim = switch (verdict) {
            case BETTER -> "points at equal learning: HFT keeps " + points + " more";
            case WORSE -> "points at equal learning: HFT keeps " + points + " less";
            case LEVEL, NOT_MEASURED -> "points kept at equal learning: no significant difference";
        };
        return new Headline(Figures.signed(100 * difference, 1), claim, range(levels) + asked(questions), verdict);
    }

    private static String range(List<EqualLearning.Level> levels) {
        String from = Figures.percent(levels.getFirst().learned());
        String to = Figures.percent(levels.getLast().learned());
        return from.equals(to) ? "at " + to + " learned" : "from " + from + " to " + to + " learned, interpolated";
    }

    static Headline best(Comparison comparison) {
        var rates = comparison.rates();
        var fft = LearningRates.at(rates.fft(), rates.fftBest());
        var hft = LearningRates.at(rates.hft(), rates.hftBest());
        if (rates.measure() != LearningRates.Merit.LEARNED_AND_KEPT) {
            return new Headline(
                    Figures.NONE, "the new task and old knowledge were not both scored", "", Verdict.NOT_MEASURED);
        }
        double difference = rates.measure().of(hft) - rates.measure().of(fft);
        var task = comparison.task();
        double noise = Math.hypot(
                        noise(fft.learned(), hft.learned(), task.newTask().questions()),
                        noise(fft.kept(), hft.kept(), task.oldKnowledge().questions()))
                / 2;
        return new Headline(
                Figures.percent(rates.measure().of(hft)),
                "mean of learned and kept at HFT’s best learning rate: " + words(hft),
                "FFT’s best rate: " + Figures.percent(rates.measure().of(fft)) + ": " + words(fft),
                moreIsBetter(difference, noise));
    }

    private static String words(RatePoint point) {
        return Figures.percent(point.learned()) + " and " + Figures.percent(point.kept()) + " at "
                + Figures.learningRate(point.learningRate());
    }

    /** The least significant difference of two fractions; 0 if the number of questions is unknown. */
    private static double noise(double p, double q, int questions) {
        return questions < 1 ? 0 : 1.96 * Math.sqrt((p * (1 - p) + q * (1 - q)) / questions);
    }

    private static Verdict moreIsBetter(double difference, double noise) {
        if (Double.isNaN(difference)) return Verdict.NOT_MEASURED;
        if (difference == 0 || Math.abs(difference) <= noise) return Verdict.LEVEL;
        return difference > 0 ? Verdict.BETTER : Verdict.WORSE;
    }

    /** Level if the ratio would be printed as 1.00×. */
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
        return questions < 1 ? "" : " (" + Amounts.counted(questions, "question") + ")";
    }
}
