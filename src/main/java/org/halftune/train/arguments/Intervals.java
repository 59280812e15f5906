package org.halftune.train.arguments;

import org.halftune.problem.InputError;

/** Intervals in steps, or below 1 as a fraction of all steps, as in transformers. */
public final class Intervals {
    private Intervals() {}

    /** @throws InputError unless it is a fraction below 1 or a whole number of steps */
    static void check(String flag, double interval) {
        Ranges.above(flag, 0, interval);
        if (interval < 1 || (interval == Math.rint(interval) && interval <= Integer.MAX_VALUE)) return;
        throw Ranges.refused(flag, interval, "give a whole number of steps, or a fraction of all steps below 1");
    }

    /** The interval in steps; a fraction of {@code totalSteps} is rounded up. */
    public static int steps(double interval, int totalSteps) {
        return (int) Math.max(1, interval < 1 ? Math.ceil(totalSteps * interval) : interval);
    }

    /** {@code every step}, {@code every 10 steps}, {@code every 0.1 of all steps}. */
    public static String words(double interval) {
        if (interval == 1) return "every step";
        return "every " + number(interval) + (interval < 1 ? " of all steps" : " steps");
    }

    /** As written for a flag. */
    public static String number(double interval) {
        return interval < 1 ? Double.toString(interval) : Long.toString((long) interval);
    }

    /** Whether {@code outer} is a multiple of {@code inner}, up to the rounding errors of fractions. */
    static boolean isMultiple(double outer, double inner) {
        if (outer < 1 != inner < 1) return false;
        double times = outer / inner;
        return Math.abs(times - Math.rint(times)) < 1e-9;
    }
}
