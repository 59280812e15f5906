package org.halftune.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.halftune.problem.InputError;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/**
 * The command line of {@link JmhRun}: JMH's own, and a limit of time.
 *
 * @param jmh everything but what the other components say
 * @param rounds forks of each method ({@code -f})
 * @param json the file of results ({@code -rff})
 * @param seconds no fork begins that would end later; infinite without {@code --seconds}
 * @param parameters values of every parameter of the benchmark ({@code -p})
 */
record JmhArguments(
        CommandLineOptions jmh, int rounds, Path json, double seconds, Map<String, List<String>> parameters) {

    /** @throws InputError if an option or a parameter is not known, or has a value that cannot be used */
    static JmhArguments parse(String... words) {
        var ours = new LinkedHashMap<String, String>();
        var jmhs = new ArrayList<String>();
        for (int i = 0; i < words.length; i++) {
            if (!List.of("--seconds", "-rff", "-rf").contains(words[i])) {
                jmhs.add(words[i]);
            } else if (i + 1 < words.length) {
                ours.put(words[i], words[++i]);
            } else {
                throw new InputError(words[i] + " needs a value", "", "");
            }
        }
        if (!ours.getOrDefault("-rf", "json").equals("json")) {
            throw new InputError(
                    "results cannot be written as " + ours.get("-rf"), "-rf", "use json, or org.openjdk.jmh.Main");
        }
        var jmh = options(jmhs);
        int rounds = jmh.getForkCount().orElse(TrainingStepBenchmark.FORKS);
        if (rounds < 1) throw new InputError("a method needs a process of its own", "-f " + rounds, "give 1 or more");
        return new JmhArguments(
                jmh,
                rounds,
                Path.of(ours.getOrDefault("-rff", "jmh-result.json")),
                seconds(ours.getOrDefault("--seconds", "Infinity")),
                parameters(jmh, jmhs));
    }

    private static CommandLineOptions options(List<String> words) {
        try {
            return new CommandLineOptions(words.toArray(String[]::new));
        } catch (CommandLineOptionException e) {
            throw new InputError(String.valueOf(e.getMessage()), "", "-h lists JMH's options");
        }
    }

    private static double seconds(String word) {
        try {
            double seconds = Double.parseDouble(word);
            if (seconds > 0) return seconds;
        } catch (NumberFormatException e) {
            // the same words for both
        }
        throw new InputError(word + " is not a number of seconds", "--seconds", "");
    }

    private static Map<String, List<String>> parameters(CommandLineOptions jmh, List<String> words) {
        var parameters = TrainingStepBenchmark.parameters();
        for (int i = 0; i + 1 < words.size(); i++) {
            if (!words.get(i).equals("-p")) continue;
            var name = words.get(i + 1).replaceAll("=.*", "");
            if (!parameters.containsKey(name)) {
                throw new InputError(
                        "there is no parameter " + name, "-p", "choose of " + String.join(", ", parameters.keySet()));
            }
        }
        parameters.replaceAll((name, values) -> {
            var given = jmh.getParameter(name);
            return given.hasValue() ? List.copyOf(given.get()) : values;
        });
        return parameters;
    }

    /** Whether JMH is asked to list something instead of running. */
    boolean asksJmh() {
        return jmh.shouldHelp()
                || jmh.shouldList()
                || jmh.shouldListWithParams()
                || jmh.shouldListProfilers()
                || jmh.shouldListResultFormats();
    }
}
