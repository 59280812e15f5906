package org.halftune.benchmarks;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.halftune.backend.cpu.CpuBackend;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Time of one training step by shape and method, each in a process of its own, and the memory it held. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.incubator.vector"})
public class TrainingStepBenchmark {

    @Param({"TINY", "SMALL", "SMOLLM2_135M"})
    Preset preset = Preset.TINY;

    @Param({"FFT", "HFT", "HFT_FROZEN_EMBEDDINGS"})
    TrainingStep.Method method = TrainingStep.Method.FFT;

    @Param("2")
    int threads = 2;

    private CpuBackend backend;
    private TrainingStep training;

    @Setup(Level.Trial)
    public void open() {
        backend = CpuBackend.open(threads);
        training = new TrainingStep(backend, preset, method);
    }

    @Benchmark
    public double step() {
        return training.step();
    }

    @TearDown(Level.Trial)
    public void close() {
        System.out.printf(
                Locale.ROOT,
                "%n# %s %s: %d tokens a step, %.1f MiB of device memory at the peak%n",
                preset,
                method,
                preset.tokens(),
                backend.memory().peak() / 1048576.0);
        training.close();
        backend.close();
    }
}
