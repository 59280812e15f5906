package org.halftune.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.halftune.problem.InputError;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.util.Optional;

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

    /** @throws InputError if an option or a parameter is not known, or has a value that cannot be honoured */
    static JmhArguments parse(String... words) {
        var ours = new LinkedHashMap<String, String>();
        var jmhs = new ArrayList<String>();
        for (int i = 0; i < words.length; i++) {
            if (!List.of("--seconds", "-rff", "-rf").contains(words[i])) {
                jmhs.add(words[i]);
            } else if (i + 1 < words.length) {
                ours.put(words[i], words[++i]);
            } else {
                throw new InputError(
                        words[i] + " needs a value", "", "for example --seconds 600, -rff results.json, -rf json");
            }
        }
        if (!ours.getOrDefault("-rf", "json").equals("json")) {
            throw new InputError(
                    "results cannot be written as " + ours.get("-rf"), "-rf", "use json, or org.openjdk.jmh.Main");
        }
        var jmh = options(jmhs);
        refuse(jmh);
        int rounds = jmh.getForkCount().orElse(TrainingStepBenchmark.FORKS);
        if (rounds < 1) throw new InputError("a method needs a process of its own", "-f " + rounds, "give 1 or more");
        var json = Path.of(ours.getOrDefault("-rff", "jmh-result.json"));
        if (Files.isDirectory(json)) throw new InputError(json + " is a folder", "-rff", "name a file");
        return new JmhArguments(
                jmh, rounds, json, seconds(ours.getOrDefault("--seconds", "Infinity")), parameters(jmh, jmhs));
    }

    private static CommandLineOptions options(List<String> words) {
        try {
            return new CommandLineOptions(words.toArray(String[]::new));
        } catch (CommandLineOptionException | IllegalArgumentException | IllegalStateException e) {
            // The latter two are thrown for unknown modes and formats.
            var message = String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\n\\s*", "; ");
            throw new InputError(message, "", "-h lists JMH's options");
        }
    }

    /** Options whose values {@link JmhRun} would override, or whose results {@link BenchmarkJson} could not read. */
    private static void refuse(CommandLineOptions jmh) {
        refuse(!Set.of(Mode.AverageTime).containsAll(jmh.getBenchModes()), "-bm", "the mode is avgt");
        refuse(jmh.getTimeUnit().orElse(TimeUnit.MILLISECONDS) != TimeUnit.MILLISECONDS, "-tu", "the unit is ms");
        refuse(isNot(1, jmh.getOperationsPerInvocation()), "-opi", "an operation is one step");
        refuse(
                isNot(1, jmh.getMeasurementBatchSize()) || isNot(1, jmh.getWarmupBatchSize()),
                "-bs, -wbs",
                "an operation is one step; -p tokens= sets its size");
        refuse(
                isNot(1, jmh.getThreads()) || jmh.getThreadGroups().hasValue(),
                "-t, -tg",
                "one thread takes the steps; -p threads= sets the CPU's");
        refuse(isNot(0, jmh.getWarmupForkCount()), "-wf", "there are no warm-up forks; -wi sets warm-up iterations");
        refuse(!jmh.shouldFailOnError().orElse(true), "-foe", "a fork that fails ends with exit code 1");
        refuse(jmh.getOutput().hasValue(), "-o", "every fork would overwrite it; redirect with > FILE");
        refuse(
                jmh.getResult().hasValue() || jmh.getResultFormat().hasValue(),
                "-rff, -rf",
                "write option and value as two words: -rff results.json");
        refuse(
                !(jmh.getIncludes().isEmpty()
                        && jmh.getExcludes().isEmpty()
                        && jmh.getWarmupIncludes().isEmpty()),
                "regexps, -e, -wmb",
                "there is one benchmark; -p chooses what is measured");
    }

    private static void refuse(boolean given, String option, String reason) {
        if (!given) return;
        throw new InputError(
                "this value cannot be used: " + reason,
                option,
                "leave it out, or run org.openjdk.jmh.Main of the same jar");
    }

    private static boolean isNot(int only, Optional<Integer> given) {
        return given.orElse(only) != only;
    }

    private static double seconds(String word) {
        try {
            double seconds = Double.parseDouble(word);
            if (seconds > 0) return seconds;
        } catch (NumberFormatException e) {
            // the same words for both
        }
        throw new InputError(word + " is not a number of seconds", "--seconds", "give a number above 0");
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
