package org.halftune.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.halftune.problem.InputError;
import org.halftune.recipe.KeyLocation;

/** All that is wrong with the keys of a recipe, so that it is read once and not once a key. */
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

    /** @throws InputError that names each, if there are any */
    void throwIfAny() {
        if (problems.isEmpty()) return;
        var first = problems.getFirst();
        if (problems.size() == 1)
            throw new InputError(first.what(), first.origin().toString(), first.fix());
        throw new InputError(
                problems.size() + " keys of the recipe cannot be used as they are",
                problems.stream().map(Problem::line).collect(Collectors.joining("\n       ")),
                "change them in " + first.origin().file());
    }
}
