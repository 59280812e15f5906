package org.halftune.train;

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

    /** Whether {@code interval} is a whole number of times {@code unit}: both in steps, or both shares. */
    static boolean isMultiple(double interval, double unit) {
        double times = interval / unit;
        return (interval < 1) == (unit < 1) && Math.rint(times) >= 1 && Math.abs(times - Math.rint(times)) < 1e-9;
    }

    /** As a user writes it: {@code 50}, {@code 0.1}. */
    static String text(double interval) {
        return interval < 1 ? Double.toString(interval) : Long.toString(Math.round(interval));
    }
}
