package org.halftune.plan;

/**
 * A constant of the time model, with its source.
 *
 * @param value a fraction of a data sheet rate, a factor, or seconds
 * @param source the measurement, or the reason for the assumption
 */
public record Rate(double value, Basis origin, String source) {

    /** Whether a rate was measured. */
    public enum Basis {
        /** Measured on this kind of GPU with Halftune's kernels; see benchmarks/results. */
        MEASURED,
        /** Taken from another GPU, a paper, or experience. */
        ASSUMED
    }

    static Rate measured(double value, String source) {
        return new Rate(value, Basis.MEASURED, source);
    }

    static Rate assumed(double value, String source) {
        return new Rate(value, Basis.ASSUMED, source);
    }

    boolean isMeasured() {
        return origin == Basis.MEASURED;
    }
}
