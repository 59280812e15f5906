package org.halftune.benchmarks;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.halftune.backend.Backend;
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

/**
 * Time of one training step, by device, shape and method, each in a process of its own.
 *
 * <p>The step ends by reading its loss and gradient norm from the device, which waits for everything before it: wall time from
 * call to return is the device's time of the step. The next batch is drawn and copied meanwhile, as in training. On a GPU the
 * step is a replayed graph: eager, captured and first replayed steps are taken before JMH begins.
 *
 * <p>{@link StepProfiler} adds memory by category and tokens a second; {@link JmhRun} adds that profiler and lets the methods'
 * processes take turns.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 4)
@Measurement(iterations = 3, time = 4)
@Fork(
        value = TrainingStepBenchmark.FORKS,
        jvmArgsAppend = {TrainingStepBenchmark.NATIVE, TrainingStepBenchmark.VECTOR, TrainingStepBenchmark.UNSAFE})
public class TrainingStepBenchmark {
    static final int FORKS = 5;
    static final String NATIVE = "--enable-native-access=ALL-UNNAMED";
    static final String VECTOR = "--add-modules=jdk.incubator.vector";

    /** Used by JMH itself; Java warns of it otherwise. */
    static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";

    static final List<String> JVM_FLAGS = List.of(NATIVE, VECTOR, UNSAFE);

    /** Eagerly, captured, and replayed once: from then on every step is the same. */
    private static final int SAME_FROM = 3;

    @Param("cpu")
    String device = "";

    @Param({"TINY", "SMALL", "SMOLLM2_135M"})
    String preset = "";

    @Param(StepCase.AUTO)
    String tokens = "";

    @Param(StepCase.AUTO)
    String length = "";

    @Param("float32")
    String moments = "";

    @Param("float32")
    String masters = "";

    @Param(StepCase.AUTO)
    String recompute = "";

    @Param("2")
    String threads = "";

    @Param({"FFT", "HFT"})
    String method = "";

    @Param("category")
    String strategy = "";

    @Param("0.5")
    String ratio = "";

    @Param("none")
    String frozen = "";

    private Backend backend;
    private TrainingStep training;

    @Setup(Level.Trial)
    public void open() {
        var step = StepCase.of(words());
        backend = Devices.open(step.device(), step.threads());
        var work = step.work(backend);
        training = step.open(backend, work);
        StepProfiler.watch(backend, work);
        for (int i = 0; i < SAME_FROM; i++) training.step();
    }

    private Map<String, String> words() {
        var words = new HashMap<String, String>();
        words.put("device", device);
        words.put("preset", preset);
        words.put("tokens", tokens);
        words.put("length", length);
        words.put("moments", moments);
        words.put("masters", masters);
        words.put("recompute", recompute);
        words.put("threads", threads);
        words.put("method", method);
        words.put("strategy", strategy);
        words.put("ratio", ratio);
        words.put("frozen", frozen);
        return words;
    }

    /** The parameters in the order in which they stand above, each with its default values. */
    static Map<String, List<String>> parameters() {
        var parameters = new LinkedHashMap<String, List<String>>();
        for (var field : TrainingStepBenchmark.class.getDeclaredFields()) {
            var values = field.getAnnotation(Param.class);
            if (values != null) parameters.put(field.getName(), List.of(values.value()));
        }
        return parameters;
    }

    @Benchmark
    public double step() {
        return training.step();
    }

    @TearDown(Level.Trial)
    public void close() {
        training.close();
        backend.close();
    }
}
