package org.halftune.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.Stack;
import org.halftune.problem.InputError;
import org.halftune.problem.Spelling;
import org.halftune.recipe.Translation;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Splits the words after a command into flags and values: {@code --name value}, {@code --name=value}, {@code --switch},
 * {@code --switch false}, {@code --no_switch}. Dashes and underscores in names mean the same. Picocli splits; {@link Flag}
 * parses the values.
 */
final class FlagParser {
    private static final String NEGATION = "no_";

    private FlagParser() {}

    /** The values of each given flag, by {@link Flag#name}; a switch has {@code true} or {@code false}. */
    static Map<String, List<String>> parse(Command command, List<Flag> flags, List<String> words) {
        var spec = CommandSpec.create().name(command.name());
        refuseUnknown(command, flags, words);
        Map<String, List<String>> given = new LinkedHashMap<>();
        flags.forEach(flag -> addTo(spec, flag, given));
        var positional = command.positional();
        if (!positional.isEmpty()) {
            spec.addPositional(PositionalParamSpec.builder()
                    .index("0..*")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .build());
        }
        var parser = new CommandLine(spec)
                .setExpandAtFiles(false)
                .setInterpolateVariables(false)
                .setPosixClusteredShortOptionsAllowed(false)
                .setOverwrittenOptionsAllowed(true);
        try {
            var result = parser.parseArgs(words.toArray(String[]::new));
            for (var option : result.matchedOptions()) {
                var values = texts(option);
                if (!values.isEmpty()) given.put(nameOf(option), values);
            }
            boolean many =
                    flags.stream().anyMatch(flag -> flag.name().equals(positional) && flag.arity() == Flag.Arity.MANY);
            boolean named = given.containsKey(positional);
            for (var bare : result.matchedPositionals()) {
                var values = texts(bare);
                boolean second = !many && (given.containsKey(positional) || values.size() > 1);
                if (named || second) {
                    throw new InputError("unexpected argument " + values.getLast(), "", seeHelp(command));
                }
                given.put(positional, values);
            }
            return given;
        } catch (MissingParameterException e) {
            var name = e.getMissing().getFirst() instanceof OptionSpec option ? "--" + nameOf(option) : "an argument";
            throw new InputError(name + " needs a value", "", seeHelp(command));
        } catch (UnmatchedArgumentException e) {
            throw unmatched(command, flags, e.getUnmatched().getFirst());
        } catch (ParameterException e) {
            throw new InputError(String.valueOf(e.getMessage()), "", seeHelp(command));
        }
    }

    /**
     * Every word that begins with two dashes is a flag. Otherwise a misspelt flag after {@code --prompt} would become a prompt. A
     * value that begins with two dashes is written {@code --prompt=--x}.
     */
    private static void refuseUnknown(Command command, List<Flag> flags, List<String> words) {
        Set<String> known = new HashSet<>();
        for (var flag : flags) {
            for (var word : flag.words()) {
                known.addAll(List.of(spellings(List.of(word))));
                if (flag.arity() == Flag.Arity.SWITCH) known.addAll(List.of(spellings(List.of(NEGATION + word))));
            }
        }
        for (var word : words) {
            if (word.equals("--")) return;
            if (word.matches("(?s)--[A-Za-z].*") && !known.contains(word.split("=", 2)[0])) {
                throw unmatched(command, flags, word);
            }
        }
    }

    /** Switches write to {@code given} directly, so that the last one wins if a switch is repeated. */
    private static void addTo(CommandSpec spec, Flag flag, Map<String, List<String>> given) {
        var words = flag.words();
        var option = OptionSpec.builder(spellings(words)).type(List.class).auxiliaryTypes(String.class);
        switch (flag.arity()) {
            case ONE, MAP -> spec.addOption(option.arity("1").build());
            case MANY -> spec.addOption(option.arity("1..*").build());
            case SWITCH -> {
                spec.addOption(option.arity("0..1")
                        .parameterConsumer((next, _, _) -> given.put(flag.name(), List.of(truth(next))))
                        .build());
                var negations = words.stream().map(word -> NEGATION + word).toList();
                spec.addOption(OptionSpec.builder(spellings(negations))
                        .arity("0")
                        .parameterConsumer((_, _, _) -> given.put(flag.name(), List.of("false")))
                        .build());
            }
        }
    }

    /** Takes the next word if it is {@code true} or {@code false}; any other word is not part of the switch. */
    private static String truth(Stack<String> next) {
        var word = next.isEmpty() ? "" : next.peek();
        if (!word.equalsIgnoreCase("true") && !word.equalsIgnoreCase("false")) return "true";
        return next.pop().toLowerCase(Locale.ROOT);
    }

    private static String[] spellings(List<String> words) {
        var spellings = new LinkedHashSet<String>();
        for (var word : words) {
            spellings.add("--" + word);
            spellings.add("--" + word.replace('_', '-'));
        }
        return spellings.toArray(String[]::new);
    }

    private static List<String> texts(ArgSpec spec) {
        List<String> texts = new ArrayList<>();
        List<?> values = spec.getValue() instanceof List<?> list ? list : List.of();
        values.forEach(value -> texts.add(String.valueOf(value)));
        return texts;
    }

    private static String nameOf(OptionSpec option) {
        return option.names()[0].substring(2);
    }

    private static InputError unmatched(Command command, List<Flag> flags, String word) {
        if (!word.startsWith("--")) return new InputError("unexpected argument " + word, "", seeHelp(command));
        var name = Flags.canonical(word.substring(2).split("=", 2)[0]);
        var known = flags.stream().map(Flag::name).toList();
        var fix = FormerFlags.hint(name, known)
                .or(() -> Translation.advice(name).filter(_ -> command.name().equals("train")))
                .or(() -> Spelling.closest(name, known).map(meant -> "did you mean --" + meant + "?"));
        return new InputError("unknown flag --" + name, "", fix.orElse(seeHelp(command)));
    }

    private static String seeHelp(Command command) {
        return "see halftune " + command.name() + " --help";
    }
}
