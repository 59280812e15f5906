package org.halftune.study;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;
import org.halftune.recipe.KeyLocation;
import org.halftune.recipe.RecipeEntry;
import org.halftune.recipe.Value;

/**
 * The keys of a map in a study file: its own keys by name, and all others, which are flags of {@code train}.
 *
 * @param where file and line of the map, for messages
 */
record StudyKeys(String where, List<RecipeEntry> entries) {

    StudyKeys {
        entries = List.copyOf(entries);
    }

    /**
     * Refuses keys that are neither own keys nor flags.
     *
     * @param own keys of this map
     * @param flags flags of {@code train} that may stand in a study
     */
    void check(Collection<String> own, Collection<String> flags) {
        var known = new ArrayList<>(own);
        known.addAll(flags);
        for (var entry : entries) {
            if (known.contains(name(entry))) continue;
            throw new InputError(
                    "unknown key " + entry.key(),
                    entry.origin().toString(),
                    Spelling.didYouMean(
                            name(entry),
                            known,
                            "use " + String.join(", ", own)
                                    + ", or a flag of halftune train or dpo that sets a training"));
        }
    }

    /** The entries that are not own keys. */
    List<RecipeEntry> flags(Collection<String> own) {
        return entries.stream().filter(entry -> !own.contains(name(entry))).toList();
    }

    Optional<RecipeEntry> find(String key) {
        return entries.stream()
                .filter(entry -> name(entry).equals(key))
                .filter(entry -> !(entry.value() instanceof Value.Nothing))
                .findFirst();
    }

    RecipeEntry required(String key, String fix) {
        return find(key).orElseThrow(() -> new InputError(key + " is missing", where, fix));
    }

    Optional<String> text(String key) {
        return find(key).map(StudyKeys::text);
    }

    /** One value or a list of values. */
    List<String> texts(String key) {
        return find(key).map(StudyKeys::texts).orElse(List.of());
    }

    List<Double> numbers(String key) {
        return find(key)
                .map(entry ->
                        texts(entry).stream().map(text -> number(entry, text)).toList())
                .orElse(List.of());
    }

    List<Long> wholes(String key) {
        return find(key)
                .map(entry ->
                        texts(entry).stream().map(text -> whole(entry, text)).toList())
                .orElse(List.of());
    }

    /** A number of at least 1, if it is given. */
    OptionalInt count(String key) {
        var values = wholes(key);
        if (values.isEmpty()) return OptionalInt.empty();
        if (values.getFirst() < 1 || values.getFirst() > Integer.MAX_VALUE) {
            throw wrong(required(key, ""), "give a number of at least 1");
        }
        return OptionalInt.of(values.getFirst().intValue());
    }

    static String name(RecipeEntry entry) {
        return entry.key().replace('-', '_');
    }

    static String text(RecipeEntry entry) {
        if (entry.value() instanceof Value.Scalar scalar) return scalar.text();
        throw wrong(entry, "write one value");
    }

    static List<String> texts(RecipeEntry entry) {
        return switch (entry.value()) {
            case Value.Scalar scalar -> List.of(scalar.text());
            case Value.Items(List<Value> values) -> {
                if (values.isEmpty())
                    throw new InputError(entry.key() + " is empty", at(entry), "give at least one value");
                yield values.stream()
                        .map(value -> {
                            if (value instanceof Value.Scalar scalar) return scalar.text();
                            throw wrong(entry, "write a list of single values: [a, b]");
                        })
                        .toList();
            }
            case Value.Nothing _, Value.Keys _ -> throw wrong(entry, "write one value, or a list: [a, b]");
        };
    }

    private static double number(RecipeEntry entry, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new InputError(
                    entry.key() + ": " + text + " is not a number", at(entry), "give numbers, such as 4e-4");
        }
    }

    private static long whole(RecipeEntry entry, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new InputError(entry.key() + ": " + text + " is not a whole number", at(entry), "give whole numbers");
        }
    }

    static InputError wrong(RecipeEntry entry, String fix) {
        return new InputError(entry.key() + ": " + entry.value().shown() + " is not possible", at(entry), fix);
    }

    static String at(RecipeEntry entry) {
        return entry.origin().toString();
    }

    /** The items of a list that has some. */
    static List<Value> items(RecipeEntry entry) {
        if (entry.value() instanceof Value.Items(List<Value> values) && !values.isEmpty()) return values;
        if (entry.value() instanceof Value.Items)
            throw new InputError(entry.key() + " is empty", at(entry), "give at least one");
        throw wrong(entry, "write a list: one item a line, each with a dash");
    }

    /** A map that is an item of {@code list}. */
    static StudyKeys inside(RecipeEntry list, List<RecipeEntry> keys) {
        var where = keys.stream()
                .map(RecipeEntry::origin)
                .findFirst()
                .map(KeyLocation::toString)
                .orElse(at(list));
        return new StudyKeys(where, keys);
    }

    /** Refuses a name that occurs twice in the list {@code entry}. */
    static void unique(RecipeEntry entry, List<String> names) {
        var known = new LinkedHashSet<String>();
        for (var name : names) {
            if (known.add(name)) continue;
            throw new InputError(entry.key() + ": " + name + " occurs twice", at(entry), "give each a name of its own");
        }
    }

    /** The entries of both; those of {@code later} replace equal keys. */
    static List<RecipeEntry> merged(List<RecipeEntry> earlier, List<RecipeEntry> later) {
        Map<String, RecipeEntry> all = new LinkedHashMap<>();
        earlier.forEach(entry -> all.put(name(entry), entry));
        later.forEach(entry -> all.put(name(entry), entry));
        return List.copyOf(all.values());
    }
}
