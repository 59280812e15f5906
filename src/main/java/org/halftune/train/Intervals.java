package org.halftune.train;

import org.halftune.problem.InputError;

/** How often something happens: every so many steps, or, below 1, a share of all steps, as transformers counts. */
final class Intervals {
    private Intervals() {}

    /** @throws InputError unless it is a share below 1 or a whole number of steps */
    static void check(String flag, double interval) {
        Ranges.above(flag, 0, interval);
        if (interval < 1 || (interval == Math.rint(interval) && interval <= Integer.MAX_VALUE)) return;
        throw Ranges.refused(flag, interval, "give a whole number of steps, or a share of all steps below 1");
    }

    /** In steps of a run of {@code totalSteps}; a share is rounded up. */
    static int steps(double interval, int totalSteps) {
        return (int) Math.max(1, interval < 1 ? Math.ceil(totalSteps * interval) : interval);
    }
}
