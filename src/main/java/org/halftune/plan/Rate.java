package org.halftune.plan;

/**
 * One number of the time model, and how it is known.
 *
 * @param value a share of the data sheet's rate, a factor, or seconds
 * @param source the measurement or the reason, in a few words
 */
public record Rate(double value, Basis origin, String source) {

    /** How a rate is known. */
    public enum Basis {
        /** On a GPU of this kind, with our kernels; the results are in benchmarks/results. */
        MEASURED,
        /** From another GPU, a paper, or experience. */
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
