package org.halftune.recipe;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A value of a recipe. Scalars are kept as text, because their type depends on the key. */
public sealed interface Value {

    /** {@code null}, {@code ~}, or nothing after the colon. */
    record Nothing() implements Value {}

    /** @param plain whether it was written without quotes, so that YAML interprets it ({@code yes}, {@code 1_000}) */
    record Scalar(String text, boolean plain) implements Value {}

    record Items(List<Value> values) implements Value {}

    record Keys(List<RecipeEntry> entries) implements Value {}

    /** What PyYAML (YAML 1.1) reads as true; {@link #NO}: as false. */
    Set<String> YES = Set.of("true", "yes", "on");

    Set<String> NO = Set.of("false", "no", "off");

    /** The value as a boolean, if it is one. */
    default Optional<Boolean> truth() {
        if (!(this instanceof Scalar scalar)) return Optional.empty();
        String word = scalar.text.toLowerCase(Locale.ROOT);
        return YES.contains(word) || NO.contains(word) ? Optional.of(YES.contains(word)) : Optional.empty();
    }

    /** The value on one line, for messages. */
    default String shown() {
        return switch (this) {
            case Nothing _ -> "null";
            case Scalar scalar ->
                scalar.text.isBlank()
                        ? "\"\""
                        : scalar.text.strip().lines().findFirst().orElse("");
            case Items items -> items.values.stream().map(Value::shown).collect(Collectors.joining(", ", "[", "]"));
            case Keys keys ->
                keys.entries.stream()
                        .map(entry -> entry.key() + ": " + entry.value().shown())
                        .collect(Collectors.joining(", ", "{", "}"));
        };
    }
}
