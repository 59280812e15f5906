package org.halftune.train.arguments;

import org.halftune.problem.InputError;

/** Range checks of flags. An error names the flag, its value and the allowed range. NaN is never allowed. */
final class Ranges {
    private Ranges() {}

    static void atLeast(String flag, double minimum, double value) {
        if (!(value >= minimum) || Double.isInfinite(value)) {
            throw refused(flag, value, "give a number of at least " + number(minimum));
        }
    }

    static void above(String flag, double limit, double value) {
        if (!(value > limit) || Double.isInfinite(value)) {
            throw refused(flag, value, "give a number above " + number(limit));
        }
    }

    /** In [0, 1). */
    static void fraction(String flag, double value) {
        if (!(value >= 0 && value < 1)) throw refused(flag, value, "give a number of at least 0 and below 1");
    }

    /** In (0, 1]. */
    static void share(String flag, double value) {
        if (!(value > 0 && value <= 1)) throw refused(flag, value, "give a number above 0 and up to 1");
    }

    static InputError refused(String flag, double value, String fix) {
        return new InputError("--" + flag + " " + number(value) + " is not possible", "", fix);
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
