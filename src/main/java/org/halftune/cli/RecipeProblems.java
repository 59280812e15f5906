package org.halftune.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.halftune.problem.InputError;
import org.halftune.recipe.KeyLocation;

/** Collects the problems of a recipe, so that all are reported at once. */
final class RecipeProblems {
    private record Problem(KeyLocation origin, String what, String fix) {
        String line() {
            return origin.brief() + "  " + what + (fix.isEmpty() ? "" : ": " + fix);
        }
    }

    private final List<Problem> problems = new ArrayList<>();

    void add(KeyLocation origin, String what, String fix) {
        problems.add(new Problem(origin, what, fix));
    }

    /** @throws InputError that lists all problems, if there are any */
    void throwIfAny() {
        if (problems.isEmpty()) return;
        var first = problems.getFirst();
        if (problems.size() == 1)
            throw new InputError(first.what(), first.origin().toString(), first.fix());
        throw new InputError(
                problems.size() + " keys of the recipe cannot be used",
                problems.stream().map(Problem::line).collect(Collectors.joining("\n       ")),
                "correct them in " + first.origin().file());
    }
}
