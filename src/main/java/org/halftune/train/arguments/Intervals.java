package org.halftune.train.arguments;

import org.halftune.problem.InputError;

/** How often something happens: every so many steps, or, below 1, a share of all steps, as transformers counts. */
public final class Intervals {
    private Intervals() {}

    /** @throws InputError unless it is a share below 1 or a whole number of steps */
    static void check(String flag, double interval) {
        Ranges.above(flag, 0, interval);
        if (interval < 1 || (interval == Math.rint(interval) && interval <= Integer.MAX_VALUE)) return;
        throw Ranges.refused(flag, interval, "give a whole number of steps, or a share of all steps below 1");
    }

    /** In steps of a run of {@code totalSteps}; a share is rounded up. */
    public static int steps(double interval, int totalSteps) {
        return (int) Math.max(1, interval < 1 ? Math.ceil(totalSteps * interval) : interval);
    }

    /** {@code each step}, {@code every 10 steps}, {@code every 0.1 of all steps}. */
    public static String words(double interval) {
        if (interval == 1) return "each step";
        return "every " + number(interval) + (interval < 1 ? " of all steps" : " steps");
    }

    /** As it is written in a flag. */
    public static String number(double interval) {
        return interval < 1 ? Double.toString(interval) : Long.toString((long) interval);
    }

    /** Whether all that happens at the interval {@code outer} is where {@code inner} is due too; shares have rounding errors. */
    static boolean isMultiple(double outer, double inner) {
        if (outer < 1 != inner < 1) return false;
        double times = outer / inner;
        return Math.abs(times - Math.rint(times)) < 1e-9;
    }
}
