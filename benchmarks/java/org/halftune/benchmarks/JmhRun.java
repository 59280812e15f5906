package org.halftune.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.halftune.problem.InputError;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs {@link TrainingStepBenchmark} with JMH's command line, one fork of each method in turn.
 *
 * <p>JMH's own main runs all forks of one method, then those of the next, so that a machine which slows down with time favours the
 * first. Here a round is one fork of each method; the order turns around from round to round (A B, B A), so that neighbours in
 * time are compared and each method comes first equally often. A device that is not there, or has not the memory, is skipped in
 * one line. After each comparison the results so far are written in JMH's JSON; at the end come a table and a page of charts.
 *
 * <pre>{@code JmhRun [--seconds N] [-rff FILE.json] [JMH's options]}</pre>
 *
 * Exit code 0: measured or skipped; 1: a fork failed; 2: bad input.
 */
public final class JmhRun {
    private final JmhArguments arguments;
    private final PrintStream out;
    private final long began = System.nanoTime();
    private final Forks forks = new Forks();
    private final Set<Map<String, String>> failed = new HashSet<>();
    private Map<String, String> descriptions = Map.of();

    private JmhRun(JmhArguments arguments, PrintStream out) {
        this.arguments = arguments;
        this.out = out;
    }

    public static void main(String[] words) throws IOException, InterruptedException {
        if (JvmFlags.areMissing()) System.exit(JvmFlags.runAgain(JmhRun.class, words));
        try {
            var arguments = JmhArguments.parse(words);
            if (arguments.asksJmh()) org.openjdk.jmh.Main.main(words);
            else System.exit(run(arguments, System.out));
        } catch (InputError e) {
            System.err.println(e.report());
            System.exit(2);
        }
    }

    /** Returns the exit code. */
    static int run(JmhArguments arguments, PrintStream out) {
        return new JmhRun(arguments, out).run();
    }

    private int run() {
        var measurable =
                Measurable.of(Combinations.of(arguments.parameters()), line -> out.println("skipped: " + line));
        descriptions = measurable.descriptions();
        descriptions.forEach((device, description) -> out.println(device + ": " + description));
        rounds(measurable.combinations());
        if (forks.isEmpty()) {
            out.println("nothing was measured");
        } else {
            BenchmarkReport.make(List.of(arguments.json()), out);
        }
        return failed.isEmpty() ? 0 : 1;
    }

    private void rounds(List<Combinations> all) {
        var longest = new HashMap<Combinations, Double>();
        for (int round = 0; round < arguments.rounds(); round++) {
            for (var combinations : all) {
                double from = seconds();
                if (from + longest.getOrDefault(combinations, 0.0) > arguments.seconds()) {
                    var name = Combinations.name(combinations.methods().getFirst());
                    out.printf("skipped: round %d of %s: no time left%n", round + 1, name);
                    continue;
                }
                var order = new ArrayList<>(combinations.methods());
                order.removeAll(failed);
                for (var words : round % 2 == 0 ? order : order.reversed()) fork(words, round);
                longest.merge(combinations, seconds() - from, Math::max);
                if (!forks.isEmpty()) forks.write(arguments.json());
            }
        }
    }

    private double seconds() {
        return 1e-9 * (System.nanoTime() - began);
    }

    private void fork(Map<String, String> words, int round) {
        var name = String.format("round %d of %d: %s", round + 1, arguments.rounds(), Combinations.name(words));
        try {
            var result = run(words);
            forks.add(words, result);
            out.printf(
                    Locale.ROOT,
                    "%s: %.2f ms%n",
                    name,
                    result.getPrimaryResult().getScore());
        } catch (RunnerException e) {
            failed.add(words);
            out.println("failed: " + name + ": " + reason(e));
        }
    }

    private RunResult run(Map<String, String> words) throws RunnerException {
        var flags = new ArrayList<String>();
        if (arguments.jmh().getJvmArgsAppend().hasValue()) {
            flags.addAll(arguments.jmh().getJvmArgsAppend().get());
        }
        flags.addAll(TrainingStepBenchmark.JVM_FLAGS);
        // JMH's JSON has the flags of a fork, and no other place for the device's name.
        flags.add(BenchmarkJson.DEVICE_FLAG + descriptions.get(words.get("device")));
        var options = new OptionsBuilder()
                .parent(arguments.jmh())
                .include("^" + TrainingStepBenchmark.class.getName().replace(".", "\\.") + "\\.step$")
                .forks(1)
                .warmupForks(0)
                .shouldFailOnError(true)
                .verbosity(arguments.jmh().verbosity().orElse(VerboseMode.SILENT))
                .addProfiler(StepProfiler.class)
                .jvmArgsAppend(flags.toArray(String[]::new));
        words.forEach((name, word) -> options.param(name, word));
        return new Runner(options.build()).runSingle();
    }

    /** The message of what went wrong in the fork, which JMH wraps. */
    private static String reason(Throwable e) {
        if (e.getSuppressed().length > 0) return reason(e.getSuppressed()[0]);
        if (e.getCause() != null) return reason(e.getCause());
        return String.valueOf(e.getMessage()).strip().replaceAll("\\s*\\n\\s*", "; ");
    }
}
