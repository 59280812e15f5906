package org.halftune.cli;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * All flags of a command with their values, as YAML that {@code --config} can read. A comment gives the origin of each value; a
 * flag without a value is commented out.
 */
final class EffectiveRecipe {
    /** The flag that prints it. Not part of the recipe itself. */
    static final String PRINT = "print_config";

    /** A default that depends on other flags is in brackets at the end of a flag's description. */
    private static final Pattern DEFAULT_IN_WORDS = Pattern.compile("\\[([^]]+)]$");

    /** Words that YAML does not read as text. */
    private static final Set<String> WORDS = Set.of("yes", "no", "on", "off", "true", "false", "null", "y", "n");

    private EffectiveRecipe() {}

    /** The group of the flag that prints it. */
    static FlagGroup group(Consumer<Boolean> print) {
        return FlagGroup.of(
                "Recipe",
                Flag.toggle(PRINT, print, "print all flags and their values as a recipe for --config, and exit"));
    }

    static String of(String command, List<FlagGroup> groups, Flags flags) {
        var text = new StringBuilder(
                "# halftune " + command + ": all flags and their values. Use this file with --config.\n");
        for (var group : groups) {
            var shown = group.flags().stream()
                    .filter(flag -> !flag.name().equals(PRINT))
                    .toList();
            if (shown.isEmpty()) continue;
            text.append("\n# ").append(group.heading()).append('\n');
            shown.forEach(flag -> append(text, flag, flags));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, Flag flag, Flags flags) {
        var given = flags.given(flag);
        if (given.isPresent()) {
            line(
                    text,
                    flag.name() + ": " + value(flag, given.get().values()),
                    given.get().origin());
        } else if (!flag.fallback().isEmpty()) {
            line(text, flag.name() + ": " + scalar(flag.fallback()), "default");
        } else {
            Matcher words = DEFAULT_IN_WORDS.matcher(flag.meaning());
            if (words.find())
                text.append("# ")
                        .append(flag.name())
                        .append(": ")
                        .append(words.group(1))
                        .append('\n');
            else if (flag.arity() == Flag.Arity.SWITCH) line(text, flag.name() + ": false", "default");
            else text.append("# ").append(flag.name()).append(": not set\n");
        }
    }

    private static void line(StringBuilder text, String setting, String origin) {
        text.append(String.format(Locale.ROOT, "%-40s # %s%n", setting, origin));
    }

    private static String value(Flag flag, List<String> values) {
        return switch (flag.arity()) {
            case ONE, MAP, SWITCH -> scalar(values.getLast());
            case MANY -> values.stream().map(EffectiveRecipe::quoted).collect(Collectors.joining(", ", "[", "]"));
        };
    }

    private static String scalar(String value) {
        return value.matches("true|false|null") ? value : quoted(value);
    }

    /** Whether YAML reads it as the same text without quotes: safe characters, with single spaces or colons between them. */
    private static boolean isPlain(String value) {
        boolean mayDivide = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean divides = c == ' ' || c == ':';
            if (divides ? !mayDivide : !isHarmless(c)) return false;
            mayDivide = !divides;
        }
        return mayDivide;
    }

    private static boolean isHarmless(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "_./+-".indexOf(c) >= 0;
    }

    private static String quoted(String value) {
        if (isPlain(value) && !WORDS.contains(value.toLowerCase(Locale.ROOT))) return value;
        var text = new StringBuilder("\"");
        value.chars().forEach(c -> {
            switch (c) {
                case '"', '\\' -> text.append('\\').append((char) c);
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                case '\r' -> text.append("\\r");
                default -> {
                    if (c < ' ') text.append(String.format(Locale.ROOT, "\\x%02x", c));
                    else text.append((char) c);
                }
            }
        });
        return text.append('"').toString();
    }
}
