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
import org.halftune.recipe.RecipeEntry;
import org.halftune.recipe.RecipeFile;
import org.halftune.recipe.Translation;
import org.halftune.recipe.Treatment;
import org.halftune.recipe.Treatment.Effect;
import org.halftune.recipe.Treatment.Effect.Used.Form;
import org.halftune.train.arguments.NoEffect;

/**
 * Sets the flags: from the command line, and otherwise from the recipe. An error about a recipe's value names file and line. All
 * problems with a recipe's keys are reported as one error.
 */
final class Flags {
    /** Flags that a recipe cannot set. */
    private static final Set<String> OF_THE_CALL = Set.of("config", "help", EffectiveRecipe.PRINT);

    /** Commands that train on supervised rows only. They refuse a recipe for preference training. */
    static final Set<String> SUPERVISED = Set.of("train", "compare", "continual");

    /** Values and their origin. */
    record Given(List<String> values, String origin) {}

    private final String command;
    private final Map<String, Flag> byName = new LinkedHashMap<>();
    private final Set<String> elsewhere;
    private final Map<String, Given> given = new LinkedHashMap<>();
    /** File and line of the values that came from a recipe, by flag. */
    private final Map<String, String> origins = new LinkedHashMap<>();

    private final List<Treatment> treatments = new ArrayList<>();

    /**
     * @param elsewhere flags of other commands, which a recipe may contain
     */
    Flags(String command, List<Flag> flags, Set<String> elsewhere) {
        this.command = command;
        this.elsewhere = elsewhere;
        for (var flag : flags) {
            byName.put(flag.name(), flag);
            flag.aliases().forEach(alias -> byName.put(alias, flag));
        }
    }

    /** Flags and keys are looked up with underscores instead of dashes. */
    static String canonical(String name) {
        return name.replace('-', '_');
    }

    Optional<Flag> find(String name) {
        return Optional.ofNullable(byName.get(canonical(name)));
    }

    /** The values given for a flag, if any. */
    Optional<Given> given(Flag flag) {
        return Optional.ofNullable(given.get(flag.name()));
    }

    /** How each key of the recipe was handled. */
    List<Treatment> treatments() {
        return List.copyOf(treatments);
    }

    /**
     * Refuses command-line flags that have no effect. A recipe may have such keys: they are listed as ignored.
     *
     * @param idle flags without effect
     * @throws InputError that names the first on the command line
     */
    void requireEffect(Map<String, NoEffect> idle) {
        idle.forEach((name, why) -> {
            var origin = origins.get(name);
            if (origin == null) {
                throw new InputError(
                        "--" + name + " has no effect: " + why.reason(), "", "leave it out, or " + why.remedy());
            }
            treatments.replaceAll(treatment -> isAbout(treatment, name) ? treatment.ignored(why.reason()) : treatment);
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
        apply(typed, recipe.map(RecipeFile::read).orElse(List.of()));
    }

    /** @param entries of a recipe */
    void apply(Map<String, List<String>> typed, List<RecipeEntry> entries) {
        typed.forEach((name, values) -> {
            var flag = find(name).orElseThrow();
            flag.setter().accept(values);
            given.put(flag.name(), new Given(values, "command line"));
        });
        var problems = new RecipeProblems();
        Translation.of(entries, isOfPreferences(typed, entries), this::mayStand, typed::containsKey)
                .forEach(treatment -> treat(treatment, typed, problems));
        problems.throwIfAny();
    }

    /** Whether the recipe is read as one of {@code dpo}. Where a flag decides that, such a recipe sets it. */
    private boolean isOfPreferences(Map<String, List<String>> typed, List<RecipeEntry> entries) {
        if (SUPERVISED.contains(command)) return false;
        if (command.equals("dpo")) return true;
        boolean preferences = Translation.isOfPreferences(entries);
        var flag = byName.get(PlanDpo.FLAG);
        if (flag == null) return preferences;
        var value = typed.get(flag.name());
        if (value != null) return Flag.truth(flag.name(), value.getLast());
        if (preferences) flag.setter().accept(List.of("true"));
        return preferences;
    }

    private boolean mayStand(String key) {
        return !OF_THE_CALL.contains(key) && (byName.containsKey(key) || elsewhere.contains(key));
    }

    private void treat(Treatment treatment, Map<String, List<String>> typed, RecipeProblems problems) {
        treatments.add(
                switch (treatment.outcome()) {
                    case Effect.Used used -> give(treatment, used, typed, problems);
                    case Effect.Ignored _ -> treatment;
                    case Effect.Refused _
                    when isOfRowsNotRead(treatment) -> treatment.ignored("halftune " + command + " reads no rows");
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

    /** Whether a key says where rows come from, and the command reads none. */
    private boolean isOfRowsNotRead(Treatment treatment) {
        var key = canonical(treatment.key());
        return (key.startsWith("dataset") || key.equals("streaming"))
                && elsewhere.contains("train_file")
                && !byName.containsKey("train_file")
                && !byName.containsKey("eval_file");
    }

    /** Sets a flag; returns how the key was handled. */
    private Treatment give(
            Treatment treatment, Effect.Used used, Map<String, List<String>> typed, RecipeProblems problems) {
        var flag = byName.get(used.flag());
        if (flag == null) {
            if (elsewhere.contains(used.flag())) {
                return treatment.ignored("halftune " + command + " has no --" + used.flag());
            }
            problems.add(treatment.origin(), treatment.key() + ": there is no flag --" + used.flag(), "remove it");
            return treatment;
        }
        if (used.form() == Form.MAP && flag.arity() != Flag.Arity.MAP) {
            problems.add(treatment.origin(), treatment.key() + " is a map", "give one value, or a list of values");
            return treatment;
        }
        if (used.form() == Form.LIST && flag.arity() != Flag.Arity.MANY) {
            problems.add(treatment.origin(), treatment.key() + " takes one value, not a list", "give one value");
            return treatment;
        }
        if (typed.containsKey(flag.name())) return treatment.ignored("overridden on the command line");
        if (command.equals("plan") && flag.name().equals("output_dir")) {
            return treatment.ignored("it is the training's folder; --output_dir on the command line writes plan.json");
        }
        var earlier = origins.put(flag.name(), treatment.origin().toString());
        if (earlier != null) {
            problems.add(
                    treatment.origin(),
                    treatment.key() + " sets the same flag as another key",
                    "remove one; the other is at " + earlier);
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

    /** "did you mean" for an unknown flag or key. */
    Optional<String> unknown(String word) {
        return FormerFlags.hint(word, names())
                .or(() -> Spelling.closest(word, names()).map(name -> "did you mean " + name + "?"));
    }

    private List<String> names() {
        return new ArrayList<>(byName.keySet());
    }

    /** Adds file and line if the error is about a flag that came from a recipe. */
    InputError located(InputError error) {
        var about = error.where().isEmpty() ? error.what() : error.where();
        var name = about.replaceFirst("^--", "").split("[^a-z0-9_]", 2)[0];
        var origin = origins.get(name);
        if (origin == null || !(error.what().startsWith("--") || about.matches("(--)?" + name))) return error;
        return new InputError(error.what().replaceFirst("^--", ""), origin, error.fix());
    }
}
