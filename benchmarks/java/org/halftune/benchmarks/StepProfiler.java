package org.halftune.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.halftune.backend.Backend;
import org.halftune.backend.MemoryLedger;
import org.halftune.benchmarks.TrainingStep.Work;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Secondary results of {@link TrainingStepBenchmark}: device memory at its peak, by category in bytes, tokens
 * a second, and how the step was cut.
 * JMH's counters (AuxCounters) would not do: they have no unit and are summed over iterations.
 *
 * <p>To add it to JMH's own main: {@code -prof org.halftune.benchmarks.StepProfiler}.
 */
public final class StepProfiler implements InternalProfiler {
    static final String MEMORY = "memory.";
    static final String PEAK = "memory.peak";
    static final String TOKENS_PER_SECOND = "tokensPerSecond";
    static final String TOKENS = "tokens";
    static final String BATCHES = "batches";
    static final String RECOMPUTED = "recomputed";
    static final String EMULATED = "emulated";

    /** JMH makes the benchmark and the profiler itself, one of each in a process: a static field is the only way between them. */
    private static volatile Watched watched;

    private record Watched(MemoryLedger memory, Work work, boolean emulated) {}

    /** The step that this process measures. */
    static void watch(Backend backend, Work work) {
        watched = new Watched(backend.memory(), work, Devices.isEmulated(backend.description()));
    }

    @Override
    public String getDescription() {
        return "device memory at the peak by category, tokens a second, batches of a step";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {}

    @Override
    public Collection<ScalarResult> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        var results = watched();
        if (!results.isEmpty() && benchmark.getMode() == Mode.AverageTime) {
            double seconds = 1e-9
                    * benchmark.getTimeUnit().toNanos(1)
                    * result.getPrimaryResult().getScore();
            double speed = watched.work().tokens() / seconds;
            results.add(new ScalarResult(TOKENS_PER_SECOND, speed, "tokens/s", AggregationPolicy.AVG));
        }
        return results;
    }

    /** What is known of the step without its time. */
    static List<ScalarResult> watched() {
        var results = new ArrayList<ScalarResult>();
        if (watched == null) return results;
        watched.memory().atPeak().forEach((category, bytes) -> {
            var name = MEMORY + category.name().toLowerCase(Locale.ROOT);
            results.add(scalar(name, bytes, "bytes"));
        });
        results.add(scalar(PEAK, watched.memory().peak(), "bytes"));
        results.add(scalar(TOKENS, watched.work().tokens(), "tokens/step"));
        results.add(scalar(BATCHES, watched.work().batches(), "batches/step"));
        results.add(scalar(RECOMPUTED, watched.work().recomputation().ordinal(), "0=none 1=cheap 2=block"));
        results.add(scalar(EMULATED, watched.emulated() ? 1 : 0, "1=emulated"));
        return results;
    }

    /** @param unit without a comma: JMH's JSON would break the line there, inside the quotes */
    private static ScalarResult scalar(String name, double value, String unit) {
        return new ScalarResult(name, value, unit, AggregationPolicy.MAX);
    }
}
