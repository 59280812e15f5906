package org.halftune.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.halftune.files.AtomicFile;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.WorkloadParams;

/** Results of single forks, put together as if JMH had run them in one go, in JMH's own JSON. */
final class Forks {
    private final Map<Map<String, String>, List<RunResult>> byStep = new LinkedHashMap<>();

    /** The next fork of the step with these parameters. */
    void add(Map<String, String> words, RunResult fork) {
        byStep.computeIfAbsent(words, _ -> new ArrayList<>()).add(fork);
    }

    boolean isEmpty() {
        return byStep.isEmpty();
    }

    /** Writes the file whole or not at all. */
    void write(Path file) {
        var json = new ByteArrayOutputStream();
        try (var out = new PrintStream(json, false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(merged());
        }
        var folder = file.toAbsolutePath().getParent();
        if (folder != null) AtomicFile.makeFolder(folder);
        AtomicFile.write(file, json.toByteArray());
    }

    Collection<RunResult> merged() {
        return byStep.values().stream().map(Forks::merged).toList();
    }

    private static RunResult merged(List<RunResult> forks) {
        var all = new ArrayList<BenchmarkResult>();
        for (var fork : forks) all.addAll(fork.getBenchmarkResults());
        return new RunResult(withForks(forks.getFirst().getParams(), all.size()), all);
    }

    /** JMH's parameters cannot be changed, only made anew. */
    private static BenchmarkParams withForks(BenchmarkParams one, int forks) {
        var words = new WorkloadParams();
        int order = 0;
        for (var name : one.getParamsKeys()) words.put(name, one.getParam(name), order++);
        return new BenchmarkParams(
                one.getBenchmark(),
                one.generatedBenchmark(),
                one.shouldSynchIterations(),
                one.getThreads(),
                one.getThreadGroups(),
                one.getThreadGroupLabels(),
                forks,
                one.getWarmupForks(),
                one.getWarmup(),
                one.getMeasurement(),
                one.getMode(),
                words,
                one.getTimeUnit(),
                one.getOpsPerInvocation(),
                one.getJvm(),
                one.getJvmArgs(),
                one.getJdkVersion(),
                one.getVmName(),
                one.getVmVersion(),
                one.getJmhVersion(),
                one.getTimeout());
    }
}
