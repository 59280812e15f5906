package org.halftune.report;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Both methods at all learning rates that were tried, each from the same base.
 *
 * @param fft FFT's points, by ascending rate
 * @param hft HFT's, at the same rates
 * @param measure what "best" means here
 * @param fftBest FFT's best rate; NaN if nothing tells them apart
 * @param hftBest HFT's best rate
 * @param shown the rate whose figures are shown in detail: at which both together are best
 * @param equalLearning knowledge kept at equal learning
 * @param diverged rates that were tried too, and left out for both methods because a loss was not a number
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
        diverged = diverged == null ? List.of() : List.copyOf(diverged); // earlier files do not have it
        if (fft.isEmpty() || fft.size() != hft.size())
            throw new IllegalArgumentException("one point a rate and method");
    }

    /** By what rates are told apart: the most that was scored. More is better, so a loss counts negative. */
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

        /** In the words readers see. */
        public String title() {
            return title;
        }

        private boolean known(List<RatePoint> fft, List<RatePoint> hft) {
            return fft.stream().anyMatch(point -> !Double.isNaN(of(point)))
                    && hft.stream().anyMatch(point -> !Double.isNaN(of(point)));
        }

        /** How good a point is; NaN if not known. */
        public double of(RatePoint point) {
            return merit.applyAsDouble(point);
        }
    }

    /** What follows from the points of both methods at the same rates, ascending. */
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

    /** The same with rates that diverged. */
    public LearningRates leavingOut(List<Double> rates) {
        return new LearningRates(fft, hft, measure, fftBest, hftBest, shown, equalLearning, rates);
    }

    /** Which rates were left out and why; empty if none was. */
    public Optional<String> leftOut() {
        if (diverged.isEmpty()) return Optional.empty();
        String rates = diverged.stream().map(Figures::learningRate).collect(Collectors.joining(", "));
        return Optional.of((diverged.size() == 1 ? "Learning rate " : "Learning rates ") + rates
                + (diverged.size() == 1 ? " is" : " are")
                + " left out for both methods: the loss of one of them was not a number.");
    }

    private static Merit measure(List<RatePoint> fft, List<RatePoint> hft) {
        for (var measure : Merit.values()) {
            boolean known = measure.known(fft, hft);
            boolean tells = measure != Merit.LEARNED || !same(fft, hft) || !Merit.TEST_LOSS.known(fft, hft);
            if (known && tells) return measure;
        }
        return Merit.NOTHING;
    }

    /** Whether every rate of both methods learned the same, mostly nothing: then the loss tells more. */
    private static boolean same(List<RatePoint> fft, List<RatePoint> hft) {
        return Stream.concat(fft.stream(), hft.stream())
                        .mapToDouble(RatePoint::learned)
                        .distinct()
                        .count()
                == 1;
    }

    /** Of equally good ones the lowest rate, which changes the model least. */
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

    /** More than one was tried, so that there is something to choose from. */
    public boolean several() {
        return fft.size() > 1;
    }

    /** A method's point at its best rate, or at the first one if nothing tells them apart. */
    public static RatePoint at(List<RatePoint> points, double rate) {
        return points.stream()
                .filter(point -> point.learningRate() == rate)
                .findFirst()
                .orElse(points.getFirst());
    }
}
