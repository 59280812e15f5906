package org.halftune.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.halftune.problem.InputError;

/**
 * Gives flags their values: those of the command line, then, for flags that are not on it, those of the recipe. Errors of a
 * value that came from a recipe say file and line.
 */
final class Flags {
    private final Map<String, Flag> byName = new LinkedHashMap<>();
    /** Where a flag's value came from, if that was a recipe. */
    private final Map<String, String> origins = new LinkedHashMap<>();

    Flags(List<Flag> flags) {
        for (var flag : flags) {
            byName.put(flag.name(), flag);
            flag.aliases().forEach(alias -> byName.put(alias, flag));
        }
    }

    /** The one spelling under which flags and keys are looked up: dashes are underscores. */
    static String canonical(String name) {
        return name.replace('-', '_');
    }

    Optional<Flag> find(String name) {
        return Optional.ofNullable(byName.get(canonical(name)));
    }

    /** @param given values by canonical flag name */
    void apply(Map<String, List<String>> given, Optional<Path> recipe) {
        List<Recipe.Entry> entries = recipe.map(Recipe::read).orElse(List.of());
        entries.forEach(this::check);
        given.forEach((name, values) -> find(name).orElseThrow().setter().accept(values));
        for (var entry : entries) {
            var flag = find(entry.key()).orElseThrow();
            if (given.containsKey(flag.name()) || entry.values().isEmpty()) continue;
            var earlier = origins.put(flag.name(), entry.origin());
            if (earlier != null) {
                throw new InputError(
                        entry.key() + " means the same as another key",
                        entry.origin(),
                        "keep one; the other is at " + earlier);
            }
            try {
                flag.setter().accept(entry.values());
            } catch (InputError e) {
                throw located(e);
            }
        }
    }

    private void check(Recipe.Entry entry) {
        var flag = byName.get(canonical(entry.key()));
        if (flag == null || flag.name().equals("config")) {
            throw new InputError(
                    "unknown key " + entry.key(),
                    entry.origin(),
                    unknown(canonical(entry.key())).orElse("remove it"));
        }
        if (entry.list() && flag.arity() != Flag.Arity.MANY) {
            throw new InputError(entry.key() + " is a list, but takes one value", entry.origin(), "give one value");
        }
    }

    /** "did you mean" for a word that is no flag. */
    Optional<String> unknown(String word) {
        return FormerFlags.hint(word, names())
                .or(() -> Spelling.closest(word, names()).map(name -> "did you mean " + name + "?"));
    }

    private List<String> names() {
        return new ArrayList<>(byName.keySet());
    }

    /** The same error with file and line, if it is about a flag whose value came from a recipe. */
    InputError located(InputError error) {
        var about = error.where().isEmpty() ? error.what() : error.where();
        var name = about.replaceFirst("^--", "").split("[^a-z0-9_]", 2)[0];
        var origin = origins.get(name);
        if (origin == null || !(error.what().startsWith("--") || about.matches("(--)?" + name))) return error;
        return new InputError(error.what().replaceFirst("^--", ""), origin, error.fix());
    }
}
