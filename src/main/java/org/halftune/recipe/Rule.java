package org.halftune.recipe;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One line of a {@link RuleTable}: what to do with a key and its value.
 *
 * @param key the key; {@code outer.inner} for one inside a map
 * @param when the values that it applies to, see {@link #matches}
 * @param reason why, or what to do instead; may be empty
 */
public record Rule(String key, List<String> when, Action action, String reason) {
    private static final String ABSENT = "absent";

    /** What to do with a key. */
    public sealed interface Action {
        /** Passes the value to the flag. */
        record Use(String flag) implements Action {}

        /** Sets the flag to a fixed value. */
        record Set(String flag, String value) implements Action {}

        /** Sets the flag to a fixed value unless the recipe sets it. */
        record Default(String flag, String value) implements Action {}

        /** The value is a map, whose keys have their own rules. */
        record Inside() implements Action {}

        record Ignore() implements Action {}

        record Refuse() implements Action {}
    }

    /**
     * Whether this rule applies to a value. {@code *} matches every value except null; {@code null}, {@code empty}, {@code map} and
     * {@code list} match that kind; {@code folder} matches an existing path; {@code absent} applies to recipes without the key; any
     * other word matches itself. A list of one value is treated as that value.
     */
    boolean matches(Value value) {
        var single = value instanceof Value.Items items && items.values().size() == 1
                ? items.values().getFirst()
                : value;
        return when.stream().anyMatch(word -> matches(word, single));
    }

    /** Whether this rule applies when the key is missing; {@code absent other} also requires {@code other} to be missing. */
    boolean isForAbsence(Predicate<String> given) {
        return when.stream()
                .filter(word -> word.startsWith(ABSENT))
                .anyMatch(word ->
                        !given.test(key) && Stream.of(word.split(" ")).skip(1).noneMatch(given));
    }

    /** The values that a recipe may give the key. */
    List<String> words() {
        return when.stream().filter(word -> !word.startsWith(ABSENT)).toList();
    }

    private static boolean matches(String word, Value value) {
        if (word.startsWith(ABSENT)) return false;
        return switch (word) {
            case "null" -> value instanceof Value.Nothing;
            case "map" -> value instanceof Value.Keys;
            case "list" -> value instanceof Value.Items;
            case "empty" -> isEmpty(value);
            case "folder" -> value instanceof Value.Scalar scalar && exists(scalar.text());
            case "*" -> !(value instanceof Value.Nothing);
            case "true", "false" ->
                value.truth().filter(truth -> truth == word.equals("true")).isPresent();
            default -> value instanceof Value.Scalar scalar && same(word, scalar.text());
        };
    }

    private static boolean isEmpty(Value value) {
        return switch (value) {
            case Value.Nothing _ -> false;
            case Value.Scalar scalar -> scalar.text().isEmpty();
            case Value.Items items -> items.values().isEmpty();
            case Value.Keys keys -> keys.entries().isEmpty();
        };
    }

    private static boolean exists(String text) {
        try {
            return Files.exists(Path.of(text));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static boolean same(String word, String text) {
        if (word.equalsIgnoreCase(text)) return true;
        try {
            return Double.parseDouble(word) == Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
