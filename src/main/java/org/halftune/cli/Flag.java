package org.halftune.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.halftune.console.Amounts;
import org.halftune.problem.InputError;
import org.halftune.train.arguments.EnumNames;
import org.jspecify.annotations.Nullable;

/**
 * A command-line flag, which is also a key of a recipe file. Both give the value as text, which is parsed here, so that both
 * accept the same values.
 *
 * @param name in Hugging Face's spelling, {@code learning_rate}
 * @param placeholder of the value in the help; empty for a switch
 * @param meaning the description in the help
 * @param fallback the default value that the help shows; empty if there is none
 * @param aliases other names
 * @param setter receives the values; throws {@link InputError} if they are invalid
 */
record Flag(
        String name,
        String placeholder,
        String meaning,
        String fallback,
        Arity arity,
        List<String> aliases,
        Consumer<List<String>> setter) {

    /** Number of values. */
    enum Arity {
        /** None, or {@code true} or {@code false}. */
        SWITCH,
        ONE,
        /** One, which a recipe may also write as a map of plain values: {@code key=value,key=value}. */
        MAP,
        MANY
    }

    static Flag text(String name, String placeholder, String fallback, Consumer<String> setter, String meaning) {
        return one(name, placeholder, meaning, fallback, setter);
    }

    static Flag path(String name, String placeholder, Consumer<Path> setter, String meaning) {
        return one(name, placeholder, meaning, "", value -> setter.accept(pathOf(name, value)));
    }

    static Flag paths(String name, String placeholder, Consumer<List<Path>> setter, String meaning) {
        return new Flag(
                name,
                placeholder,
                meaning,
                "",
                Arity.MANY,
                List.of(),
                values -> setter.accept(
                        values.stream().map(value -> pathOf(name, value)).toList()));
    }

    static Flag texts(String name, String placeholder, Consumer<List<String>> setter, String meaning) {
        return new Flag(name, placeholder, meaning, "", Arity.MANY, List.of(), setter);
    }

    static Flag integer(String name, @Nullable Integer fallback, IntConsumer setter, String meaning) {
        var shown = fallback == null ? "" : fallback.toString();
        return one(name, "N", meaning, shown, value -> setter.accept(wholeOf(name, value)));
    }

    static Flag longInteger(String name, @Nullable Long fallback, LongConsumer setter, String meaning) {
        var shown = fallback == null ? "" : fallback.toString();
        return one(
                name, "N", meaning, shown, value -> setter.accept(whole(name, value, Long.MIN_VALUE, Long.MAX_VALUE)));
    }

    static Flag real(String name, @Nullable Double fallback, DoubleConsumer setter, String meaning) {
        var shown = fallback == null ? "" : Amounts.number(fallback);
        return one(
                name,
                "X",
                meaning,
                shown,
                value -> setter.accept(realOf(name, value, "give a number, such as 0.01 or 2e-5")));
    }

    /** Numbers separated by commas or spaces. */
    static Flag reals(String name, Consumer<List<Double>> setter, String meaning) {
        return new Flag(
                name,
                "X,X",
                meaning,
                "",
                Arity.MANY,
                List.of(),
                values -> setter.accept(values.stream()
                        .flatMap(value -> Stream.of(value.split(",", -1)))
                        .map(value -> realOf(name, value.strip(), "give numbers, such as 0.1,0.5 or 2e-5,4e-5"))
                        .toList()));
    }

    static <E extends Enum<E>> Flag word(
            String name, Class<E> type, @Nullable E fallback, Consumer<E> setter, String meaning) {
        var shown = fallback == null ? "" : EnumNames.of(fallback);
        return one(
                name,
                EnumNames.all(type).replace(", ", "|"),
                meaning,
                shown,
                value -> setter.accept(EnumNames.parse(type, value)
                        .orElseThrow(() -> refused(name, value, "choose from " + EnumNames.all(type)))));
    }

    static Flag toggle(String name, Consumer<Boolean> setter, String meaning) {
        return new Flag(
                name, "", meaning, "", Arity.SWITCH, List.of(), values -> setter.accept(truth(name, values.getLast())));
    }

    /** The same flag with additional names. */
    Flag alias(String... words) {
        return new Flag(name, placeholder, meaning, fallback, arity, List.of(words), setter);
    }

    /** The same flag, whose value a recipe may write as a map. */
    Flag map() {
        return new Flag(name, placeholder, meaning, fallback, Arity.MAP, aliases, setter);
    }

    /** The same flag, which also adds its name to {@code given} when it is set. */
    Flag noting(Set<String> given) {
        return new Flag(name, placeholder, meaning, fallback, arity, aliases, values -> {
            given.add(name);
            setter.accept(values);
        });
    }

    /** The name and all aliases. */
    List<String> words() {
        return Stream.concat(Stream.of(name), aliases.stream()).toList();
    }

    private static Flag one(String name, String placeholder, String meaning, String fallback, Consumer<String> setter) {
        // If a flag is repeated, the last value wins, as with Python's argparse: scripts append flags to override.
        return new Flag(
                name, placeholder, meaning, fallback, Arity.ONE, List.of(), values -> setter.accept(values.getLast()));
    }

    /** Parses a path; {@code ~} is the home folder. */
    static Path pathOf(String name, String value) {
        if (value.isBlank()) throw new InputError("--" + name + " is empty", "", "give a path");
        try {
            return Path.of(HomeFolder.expanded(value));
        } catch (InvalidPathException e) {
            throw refused(name, value, "give a valid path: " + e.getReason());
        }
    }

    static int wholeOf(String name, String value) {
        return (int) whole(name, value, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private static long whole(String name, String value, long least, long most) {
        var parsed = Optional.of(value)
                .filter(text -> text.matches("[-+]?\\d{1,19}"))
                .flatMap(text -> {
                    try {
                        return Optional.of(Long.parseLong(text));
                    } catch (NumberFormatException e) {
                        return Optional.empty();
                    }
                });
        var number = parsed.orElseThrow(() -> refused(name, value, "give a whole number"));
        if (number < least || number > most) throw refused(name, value, "give a whole number up to " + most);
        return number;
    }

    private static double realOf(String name, String value, String fix) {
        if (!value.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")) {
            throw refused(name, value, fix);
        }
        return Double.parseDouble(value);
    }

    /** The booleans of YAML 1.1 and of Hugging Face's parser. */
    static boolean truth(String name, String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "t", "y", "1" -> true;
            case "false", "no", "off", "f", "n", "0" -> false;
            default -> throw refused(name, value, "give true or false");
        };
    }

    static InputError refused(String name, String value, String fix) {
        return new InputError(
                "--" + name + " " + (value.isBlank() ? "\"" + value + "\"" : value) + " is not possible", "", fix);
    }
}
