package org.halftune.recipe;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One row of a {@link RuleTable}: what a key with such a value means.
 *
 * @param key the key; {@code outer.inner} for one inside a map
 * @param when the values it is for, see {@link #matches}
 * @param reason why, or what to do instead; empty where the action says it
 */
public record Rule(String key, List<String> when, Action action, String reason) {
    private static final String ABSENT = "absent";

    /** What is done with a key. */
    public sealed interface Action {
        /** The value goes to the flag of that name. */
        record Use(String flag) implements Action {}

        /** The flag gets this value. */
        record Set(String flag, String value) implements Action {}

        /** The flag gets this value, unless the recipe gives it one. */
        record Default(String flag, String value) implements Action {}

        /** Each key inside the map has a rule of its own. */
        record Inside() implements Action {}

        record Ignore() implements Action {}

        record Refuse() implements Action {}
    }

    /**
     * Whether this rule is for such a value: {@code *} is any value; {@code null}, {@code empty}, {@code map}, {@code list} are
     * kinds; {@code folder} is the path of something that exists; {@code absent} is for recipes without the key; other words are
     * themselves. A list of one value counts as that value.
     */
    boolean matches(Value value) {
        var single = value instanceof Value.Items items && items.values().size() == 1
                ? items.values().getFirst()
                : value;
        return when.stream().anyMatch(word -> matches(word, single));
    }

    /** Whether this rule is for recipes that hold none of these keys; {@code absent other} is for those without {@code other} too. */
    boolean isForAbsence(Predicate<String> given) {
        return when.stream()
                .filter(word -> word.startsWith(ABSENT))
                .anyMatch(word ->
                        !given.test(key) && Stream.of(word.split(" ")).skip(1).noneMatch(given));
    }

    /** What a recipe can write for the key. */
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
