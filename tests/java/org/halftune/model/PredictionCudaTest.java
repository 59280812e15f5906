package org.halftune.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.halftune.backend.Category;
import org.halftune.backend.cost.Work;
import org.halftune.backend.cost.WorkLog;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.backend.cuda.CudaCostModel;
import org.halftune.cudaoncpu.CudaOnCpu;
import org.halftune.cudaoncpu.OnCudaOnCpu;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the cost model says of a training step is what the emulated driver counts. */
@OnCudaOnCpu
class PredictionCudaTest {
    /** Floating-point operations of an m16n8k16 instruction. */
    private static final double OPERATIONS_OF_INSTRUCTION = 2.0 * 16 * 8 * 16;

    static Stream<SmallTraining> trainings() {
        return SmallTraining.all();
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void aStepIsWhatTheDriverCounts(SmallTraining training) {
        var log = training.predicted();

        CudaOnCpu.reset();
        var counted = new TreeMap<String, Long>();
        try (var backend = CudaBackend.open(0)) {
            training.on(
                    backend,
                    SmallTraining.UNTIL_REPLAYED,
                    () -> {
                        backend.synchronize();
                        CudaOnCpu.resetCounters();
                    },
                    () -> {
                        backend.synchronize();
                        counted.putAll(CudaOnCpu.counters());
                        checkMemory(training, backend);
                    });
        }
        var expected = new TreeMap<String, Long>();
        log.launches().forEach((kernel, launches) -> expected.put("launches:" + kernel, launches));
        expected.put("launches", log.kernels().count());
        expected.put("products", log.products().count());
        expected.put(
                "multiplications",
                log.products().mapToLong(Work.Product::multiplications).sum());
        expected.put(
                "matrix products",
                Math.round(
                        log.kernels().mapToDouble(Work.Kernel::tensorOperations).sum() / OPERATIONS_OF_INSTRUCTION));
        expected.put("graph launches", log.replays());
        expected.put("fills", log.all(Work.Fill.class).count());
        expected.put(
                "bytes:fill",
                log.all(Work.Fill.class).mapToLong(Work.Fill::bytes).sum());
        put(expected, log, "HtoD", Work.Route.HOST_TO_DEVICE);
        put(expected, log, "DtoH", Work.Route.DEVICE_TO_HOST);
        put(expected, log, "DtoD", Work.Route.DEVICE_TO_DEVICE);
        expected.values().removeIf(count -> count == 0);
        counted.keySet().removeIf(name -> !expected.containsKey(name) && !name.startsWith("launches:"));
        assertThat(counted).isEqualTo(expected);
    }

    private static void put(Map<String, Long> expected, WorkLog log, String name, Work.Route route) {
        expected.put("copies:" + name, log.copies(route));
        expected.put("bytes:" + name, log.copiedBytes(route));
    }

    /** By category as the ledger has it, and in all what the driver has given out, which rounds each allocation up. */
    private static void checkMemory(SmallTraining training, CudaBackend backend) {
        var predicted = new EnumMap<Category, Long>(Category.class);
        try (var costs = new CudaCostModel(Long.MAX_VALUE)) {
            training.on(
                    costs, 1, () -> {}, () -> predicted.putAll(costs.memory().held()));
        }
        assertThat(backend.memory().held()).isEqualTo(predicted);
        long all = predicted.values().stream().mapToLong(Long::longValue).sum();
        assertThat(backend.bytesTakenFromDevice()).isBetween(all, all + 16 * 512);
    }
}
