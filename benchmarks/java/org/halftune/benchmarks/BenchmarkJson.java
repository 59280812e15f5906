package org.halftune.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.halftune.problem.InputError;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads JMH's JSON of {@link TrainingStepBenchmark}, with the secondary results of {@link StepProfiler}. */
final class BenchmarkJson {
    /** Followed by the device's description, among the flags of a fork. */
    static final String DEVICE_FLAG = "-Dhalftune.benchmarks.device=";

    private BenchmarkJson() {}

    /** @throws InputError if the file cannot be read, or holds something else */
    static List<MeasuredStep> read(Path file) {
        JsonNode results;
        try {
            results = JsonMapper.shared().readTree(Files.readAllBytes(file));
        } catch (IOException | JacksonException e) {
            throw new InputError("cannot read results: " + e.getMessage(), file.toString(), "name a JSON file of JMH");
        }
        var steps = new ArrayList<MeasuredStep>();
        for (var result : results) steps.add(step(result, file));
        if (steps.isEmpty())
            throw new InputError("there are no results", file.toString(), "name a file that a run has filled");
        return steps;
    }

    private static MeasuredStep step(JsonNode result, Path file) {
        var words = new LinkedHashMap<String, String>();
        result.path("params")
                .properties()
                .forEach(p -> words.put(p.getKey(), p.getValue().asString()));
        var secondary = new LinkedHashMap<String, Double>();
        result.path("secondaryMetrics")
                .properties()
                .forEach(p ->
                        secondary.put(p.getKey(), p.getValue().path("score").asDouble()));
        if (!words.keySet().containsAll(TrainingStepBenchmark.parameters().keySet())
                || !secondary.containsKey(StepProfiler.PEAK)) {
            throw new InputError(
                    "a result is not of TrainingStepBenchmark with its memory",
                    file.toString(),
                    "run JmhRun, or JMH with -prof " + StepProfiler.class.getName());
        }
        return new MeasuredStep(words, forks(result.path("primaryMetric"), file), secondary, device(result, words));
    }

    /** The mean of each fork's iterations. */
    private static List<Double> forks(JsonNode metric, Path file) {
        if (!metric.path("scoreUnit").asString("").equals("ms/op")) {
            throw new InputError("times are not in ms/op", file.toString(), "run JmhRun, or JMH without -bm and -tu");
        }
        var forks = new ArrayList<Double>();
        for (var fork : metric.path("rawData")) {
            double sum = 0;
            for (var iteration : fork) sum += iteration.asDouble();
            forks.add(sum / fork.size());
        }
        return forks;
    }

    private static String device(JsonNode result, Map<String, String> words) {
        for (var flag : result.path("jvmArgs")) {
            if (flag.asString().startsWith(DEVICE_FLAG)) return flag.asString().substring(DEVICE_FLAG.length());
        }
        return words.get("device");
    }
}
