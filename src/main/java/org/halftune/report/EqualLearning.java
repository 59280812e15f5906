package org.halftune.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Compares the old knowledge kept by both methods at the same score on the new task: the difference of two {@linkplain Front
 * fronts} over their common range. At a single learning rate the methods usually have different scores on the new task.
 *
 * @param levels all measured levels in the common range, ascending; empty if there is no common range
 * @param difference kept by HFT minus kept by FFT, the mean over the common range; NaN without one
 */
public record EqualLearning(List<Level> levels, double difference) {

    public EqualLearning {
        levels = List.copyOf(Objects.requireNonNull(levels, "levels"));
    }

    /**
     * Both fronts at one level.
     *
     * @param learned fraction of right answers on the new task, 0…1
     * @param fftKept kept by FFT, 0…1
     * @param fftMeasured whether FFT was measured at this level; otherwise {@code fftKept} is interpolated
     * @param hftMeasured the same for HFT
     */
    public record Level(double learned, double fftKept, boolean fftMeasured, double hftKept, boolean hftMeasured) {
        /** Kept by HFT minus kept by FFT. */
        public double more() {
            return hftKept - fftKept;
        }
    }

    /** Compares two fronts. */
    public static EqualLearning of(Front fft, Front hft) {
        double low = Math.max(fft.least(), hft.least());
        double high = Math.min(fft.most(), hft.most());
        var levels = new ArrayList<Level>();
        Stream.concat(fft.points().stream(), hft.points().stream())
                .mapToDouble(RatePoint::learned)
                .filter(learned -> learned >= low && learned <= high)
                .distinct()
                .sorted()
                .forEach(learned -> levels.add(new Level(
                        learned,
                        fft.keptAt(learned),
                        fft.measuredAt(learned),
                        hft.keptAt(learned),
                        hft.measuredAt(learned))));
        return new EqualLearning(levels, mean(levels));
    }

    /** The mean over the range; the trapezoidal rule is exact because both fronts are piecewise linear. */
    private static double mean(List<Level> levels) {
        if (levels.isEmpty()) return Double.NaN;
        double width = levels.getLast().learned() - levels.getFirst().learned();
        if (width == 0) return levels.getFirst().more();
        double area = 0;
        for (int i = 1; i < levels.size(); i++) {
            var a = levels.get(i - 1);
            var b = levels.get(i);
            area += (b.learned() - a.learned()) * (a.more() + b.more()) / 2;
        }
        return area / width;
    }
}
