package org.halftune.report;

import java.util.Objects;

/** What HFT should save by arithmetic, beside what it did save. Ratios are HFT ÷ FFT: below 1 is a saving. */
public record HftSaving(Predicted predicted, Measured measured) {

    public HftSaving {
        Objects.requireNonNull(predicted, "predicted");
        Objects.requireNonNull(measured, "measured");
    }

    /**
     * Known before training.
     *
     * @param timeRatio of a step
     * @param memoryRatio of the peak
     * @param weightGradientShare weight-gradient FLOPs that HFT still computes, as a share of FFT's, 0…1
     * @param how how the ratios were computed, in a sentence or two
     */
    public record Predicted(double timeRatio, double memoryRatio, double weightGradientShare, String how) {
        public Predicted {
            Objects.requireNonNull(how, "how");
        }
    }

    /** Found by training. */
    public record Measured(Ratio timeRatio, double memoryRatio) {
        public Measured {
            Objects.requireNonNull(timeRatio, "time_ratio");
        }
    }

    /**
     * A ratio with its 95 % interval. With too few measurements for an interval all three are NaN: a ratio alone would
     * claim more than was seen.
     */
    public record Ratio(double value, double low, double high) {
        /** Too few measurements. */
        public static final Ratio UNKNOWN = new Ratio(Double.NaN, Double.NaN, Double.NaN);

        public boolean hasInterval() {
            return !Double.isNaN(low) && !Double.isNaN(high);
        }

        /** There is an interval, and 1 is not in it. */
        public boolean differsFromOne() {
            return hasInterval() && (low > 1 || high < 1);
        }
    }
}
