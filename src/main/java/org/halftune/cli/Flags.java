package org.halftune.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;
import org.halftune.recipe.RecipeFile;
import org.halftune.recipe.Translation;
import org.halftune.recipe.Treatment;
import org.halftune.recipe.Treatment.Effect;

/**
 * Gives flags their values: those of the command line, then, for flags that are not on it, those of the recipe. Errors of a
 * value that came from a recipe say file and line; all that is wrong with a recipe's keys is one error.
 */
final class Flags {
    /** What a recipe cannot say: they are about this call of the program. */
    private static final Set<String> OF_THE_CALL = Set.of("config", "help", EffectiveRecipe.PRINT);

    /** Values and where they are from. */
    record Given(List<String> values, String origin) {}

    private final String command;
    private final Map<String, Flag> byName = new LinkedHashMap<>();
    private final Set<String> elsewhere;
    private final Map<String, Given> given = new LinkedHashMap<>();
    /** Where a flag's value came from, if that was a recipe. */
    private final Map<String, String> origins = new LinkedHashMap<>();

    private final List<Treatment> treatments = new ArrayList<>();

    /**
     * @param command whose flags these are
     * @param elsewhere flags that other commands have: a recipe may hold them
     */
    Flags(String command, List<Flag> flags, Set<String> elsewhere) {
        this.command = command;
        this.elsewhere = elsewhere;
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

    /** The values that were given for a flag, if any. */
    Optional<Given> given(Flag flag) {
        return Optional.ofNullable(given.get(flag.name()));
    }

    /** What became of each key of the recipe. */
    List<Treatment> treatments() {
        return List.copyOf(treatments);
    }

    /**
     * A flag on the command line must change something. A recipe may carry keys for other runs: they are listed as not used.
     *
     * @param idle flags that change nothing, with the reason
     * @throws InputError naming the first that is on the command line
     */
    void requireEffect(Map<String, String> idle) {
        idle.forEach((name, reason) -> {
            var origin = origins.get(name);
            if (origin == null) {
                throw new InputError(
                        "--" + name + " has no effect: " + reason, "", "leave it out, or give what is missing");
            }
            treatments.replaceAll(treatment -> isAbout(treatment, name) ? treatment.ignored(reason) : treatment);
        });
    }

    private boolean isAbout(Treatment treatment, String name) {
        return treatment.outcome() instanceof Effect.Used used
                && Optional.ofNullable(byName.get(used.flag()))
                        .filter(flag -> flag.name().equals(name))
                        .isPresent();
    }

    /** @param typed values by canonical flag name */
    void apply(Map<String, List<String>> typed, Optional<Path> recipe) {
        var entries = recipe.map(RecipeFile::read).orElse(List.of());
        typed.forEach((name, values) -> {
            var flag = find(name).orElseThrow();
            flag.setter().accept(values);
            given.put(flag.name(), new Given(values, "command line"));
        });
        var problems = new RecipeProblems();
        Translation.of(entries, this::mayStand, typed::containsKey)
                .forEach(treatment -> treat(treatment, typed, problems));
        problems.throwIfAny();
    }

    private boolean mayStand(String key) {
        return !OF_THE_CALL.contains(key) && (byName.containsKey(key) || elsewhere.contains(key));
    }

    private void treat(Treatment treatment, Map<String, List<String>> typed, RecipeProblems problems) {
        treatments.add(
                switch (treatment.outcome()) {
                    case Effect.Used used -> give(treatment, used, typed, problems);
                    case Effect.Ignored _ -> treatment;
                    case Effect.Refused(String instead) -> {
                        problems.add(treatment.origin(), treatment.setting() + " cannot be used", instead);
                        yield treatment;
                    }
                    case Effect.Misshaped(String what, String fix) -> {
                        problems.add(treatment.origin(), what, fix);
                        yield treatment;
                    }
                    case Effect.Unknown _ -> {
                        var key = canonical(treatment.key());
                        problems.add(
                                treatment.origin(),
                                "unknown key " + treatment.key(),
                                unknown(key).orElse("remove it"));
                        yield treatment;
                    }
                });
    }

    /** Gives a flag its value; returns what became of the key. */
    private Treatment give(
            Treatment treatment, Effect.Used used, Map<String, List<String>> typed, RecipeProblems problems) {
        var flag = byName.get(used.flag());
        if (flag == null) {
            if (elsewhere.contains(used.flag())) {
                return treatment.ignored("halftune " + command + " has no --" + used.flag());
            }
            problems.add(treatment.origin(), treatment.key() + ": there is no --" + used.flag(), "remove it");
            return treatment;
        }
        if (used.list() && flag.arity() != Flag.Arity.MANY) {
            problems.add(treatment.origin(), treatment.key() + " is a list, but takes one value", "give one value");
            return treatment;
        }
        if (typed.containsKey(flag.name())) return treatment.ignored("the command line says otherwise");
        var earlier = origins.put(flag.name(), treatment.origin().toString());
        if (earlier != null) {
            problems.add(
                    treatment.origin(),
                    treatment.key() + " means the same as another key",
                    "keep one; the other is at " + earlier);
            return treatment;
        }
        try {
            flag.setter().accept(used.values());
            given.put(
                    flag.name(),
                    new Given(
                            used.values(), "recipe, line " + treatment.origin().line()));
        } catch (InputError e) {
            problems.add(treatment.origin(), e.what().replaceFirst("^--", ""), e.fix());
        }
        return treatment;
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
