package org.halftune.report;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Both methods at all learning rates, each trained from the same base model.
 *
 * @param fft FFT's points, by ascending rate
 * @param hft HFT's, at the same rates
 * @param measure the score that decides which rate is best
 * @param fftBest FFT's best rate; NaN if nothing was scored
 * @param hftBest HFT's best rate
 * @param shown the rate that is shown in detail: the best for both methods together
 * @param equalLearning knowledge kept at equal learning
 * @param diverged rates left out for both methods because a loss was NaN or infinite
 */
public record LearningRates(
        List<RatePoint> fft,
        List<RatePoint> hft,
        Merit measure,
        double fftBest,
        double hftBest,
        double shown,
        EqualLearning equalLearning,
        List<Double> diverged) {

    public LearningRates {
        fft = List.copyOf(Objects.requireNonNull(fft, "fft"));
        hft = List.copyOf(Objects.requireNonNull(hft, "hft"));
        Objects.requireNonNull(measure, "measure");
        Objects.requireNonNull(equalLearning, "equal_learning");
        diverged = diverged == null ? List.of() : List.copyOf(diverged); // missing in files of earlier versions
        if (fft.isEmpty() || fft.size() != hft.size())
            throw new IllegalArgumentException("each method needs one point per rate");
    }

    /** The score that ranks learning rates. Higher is better, so a loss is negated. */
    public enum Merit {
        LEARNED_AND_KEPT("mean of learned and kept", point -> (point.learned() + point.kept()) / 2),
        LEARNED("learned", RatePoint::learned),
        TEST_LOSS("test loss", point -> -point.testLoss()),
        NOTHING("nothing was scored", _ -> Double.NaN);

        private final String title;
        private final ToDoubleFunction<RatePoint> merit;

        Merit(String title, ToDoubleFunction<RatePoint> merit) {
            this.title = title;
            this.merit = merit;
        }

        /** The name in reports. */
        public String title() {
            return title;
        }

        private boolean known(List<RatePoint> fft, List<RatePoint> hft) {
            return fft.stream().anyMatch(point -> !Double.isNaN(of(point)))
                    && hft.stream().anyMatch(point -> !Double.isNaN(of(point)));
        }

        /** The score of a point; NaN if not known. */
        public double of(RatePoint point) {
            return merit.applyAsDouble(point);
        }
    }

    /** Computes the best rates from the points of both methods at the same rates, ascending. */
    public static LearningRates of(List<RatePoint> fft, List<RatePoint> hft) {
        var measure = measure(fft, hft);
        return new LearningRates(
                fft,
                hft,
                measure,
                best(fft, measure),
                best(hft, measure),
                shown(fft, hft, measure),
                EqualLearning.of(Front.of(fft), Front.of(hft)),
                List.of());
    }

    /** The same with the rates that diverged. */
    public LearningRates leavingOut(List<Double> rates) {
        return new LearningRates(fft, hft, measure, fftBest, hftBest, shown, equalLearning, rates);
    }

    /** Which rates were left out and why; empty if none. */
    public Optional<String> leftOut() {
        if (diverged.isEmpty()) return Optional.empty();
        String rates = diverged.stream().map(Figures::learningRate).collect(Collectors.joining(", "));
        return Optional.of((diverged.size() == 1 ? "Learning rate " : "Learning rates ") + rates
                + (diverged.size() == 1 ? " is" : " are")
                + " left out for both methods, because a loss was NaN or infinite.");
    }

    private static Merit measure(List<RatePoint> fft, List<RatePoint> hft) {
        for (var measure : Merit.values()) {
            boolean known = measure.known(fft, hft);
            boolean tells = measure != Merit.LEARNED || !same(fft, hft) || !Merit.TEST_LOSS.known(fft, hft);
            if (known && tells) return measure;
        }
        return Merit.NOTHING;
    }

    /** Whether all points have the same score on the new task (usually 0), so that only the loss can rank them. */
    private static boolean same(List<RatePoint> fft, List<RatePoint> hft) {
        return Stream.concat(fft.stream(), hft.stream())
                        .mapToDouble(RatePoint::learned)
                        .distinct()
                        .count()
                == 1;
    }

    /** The best rate; of equally good ones the lowest, which changes the model least. */
    private static double best(List<RatePoint> points, Merit measure) {
        return points.stream()
                .filter(point -> !Double.isNaN(measure.of(point)))
                .max(Comparator.<RatePoint>comparingDouble(measure::of)
                        .thenComparing(Comparator.comparingDouble(RatePoint::learningRate)
                                .reversed()))
                .map(RatePoint::learningRate)
                .orElse(Double.NaN);
    }

    private static double shown(List<RatePoint> fft, List<RatePoint> hft, Merit measure) {
        int shown = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < fft.size(); i++) {
            double both = measure.of(fft.get(i)) + measure.of(hft.get(i));
            if (both > most) {
                most = both;
                shown = i;
            }
        }
        return fft.get(shown).learningRate();
    }

    /** Whether there is more than one rate. */
    public boolean several() {
        return fft.size() > 1;
    }

    /** The point at a rate, or the first point if there is none. */
    public static RatePoint at(List<RatePoint> points, double rate) {
        return points.stream()
                .filter(point -> point.learningRate() == rate)
                .findFirst()
                .orElse(points.getFirst());
    }
}
