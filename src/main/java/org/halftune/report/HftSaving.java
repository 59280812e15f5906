package org.halftune.report;

import java.util.Objects;

/** Predicted and measured savings of HFT. Ratios are HFT ÷ FFT: below 1 is a saving. */
public record HftSaving(Predicted predicted, Measured measured) {

    public HftSaving {
        Objects.requireNonNull(predicted, "predicted");
        Objects.requireNonNull(measured, "measured");
    }

    /**
     * Computed before training.
     *
     * @param timeRatio of a step
     * @param memoryRatio of the peak
     * @param weightGradientShare HFT's weight-gradient FLOPs as a fraction of FFT's, 0…1
     * @param how explains how the ratios were computed
     */
    public record Predicted(double timeRatio, double memoryRatio, double weightGradientShare, String how) {
        public Predicted {
            Objects.requireNonNull(how, "how");
        }
    }

    /** Measured in training. */
    public record Measured(Ratio timeRatio, double memoryRatio) {
        public Measured {
            Objects.requireNonNull(timeRatio, "time_ratio");
        }
    }

    /**
     * A ratio with its 95 % interval. All are NaN if there are too few measurements for an interval.
     */
    public record Ratio(double value, double low, double high) {
        /** Too few measurements. */
        public static final Ratio UNKNOWN = new Ratio(Double.NaN, Double.NaN, Double.NaN);

        public boolean hasInterval() {
            return !Double.isNaN(low) && !Double.isNaN(high);
        }

        /** Whether there is an interval that excludes 1. */
        public boolean differsFromOne() {
            return hasInterval() && (low > 1 || high < 1);
        }
    }
}
