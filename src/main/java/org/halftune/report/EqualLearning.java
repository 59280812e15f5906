package org.halftune.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Knowledge kept where both methods have learned the same: the difference of two {@linkplain Front fronts}, over the
 * learning that both reach. A learning rate alone compares different amounts of learning.
 *
 * @param levels every measured level in the common range, ascending; empty if the fronts have no level in common
 * @param difference kept by HFT minus kept by FFT, the mean over the common range; NaN without one
 */
public record EqualLearning(List<Level> levels, double difference) {

    public EqualLearning {
        levels = List.copyOf(Objects.requireNonNull(levels, "levels"));
    }

    /**
     * Both fronts at one level.
     *
     * @param learned share of right answers at the new task, 0…1
     * @param fftKept kept by FFT, 0…1
     * @param fftMeasured FFT was measured at this level; else {@code fftKept} is interpolated
     * @param hftMeasured the same of HFT
     */
    public record Level(double learned, double fftKept, boolean fftMeasured, double hftKept, boolean hftMeasured) {
        /** Kept by HFT minus kept by FFT. */
        public double more() {
            return hftKept - fftKept;
        }
    }

    /** The two fronts, held against each other. */
    static EqualLearning of(Front fft, Front hft) {
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

    /** The mean over the range: both fronts are straight between levels, so trapezoids are exact. */
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
