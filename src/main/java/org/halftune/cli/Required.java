package org.halftune.cli;

import java.nio.file.Path;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/** Checks for required flags and minimum values. */
final class Required {
    private Required() {}

    static Path path(@Nullable Path value, String flag, String fix) {
        if (value == null) throw new InputError("--" + flag + " is missing", "", fix);
        return value;
    }

    static void atLeast(int least, int value, String flag) {
        if (value < least) throw Flag.refused(flag, Integer.toString(value), "give a number of at least " + least);
    }
}
