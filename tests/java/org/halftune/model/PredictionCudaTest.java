package org.halftune.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.halftune.backend.MemoryCategory;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.backend.cuda.CudaCostModel;
import org.halftune.cudaoncpu.CudaOnCpu;
import org.halftune.cudaoncpu.OnCudaOnCpu;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the cost model predicts of a training step and of a generation is what the emulated driver counts. */
@OnCudaOnCpu
class PredictionCudaTest {
    static Stream<SmallTraining> trainings() {
        return SmallTraining.all();
    }

    @ParameterizedTest
    @MethodSource("trainings")
    void predictedStepEqualsWhatTheDriverCounts(SmallTraining training) {
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
        PredictedCounters.assertCounted(log, counted);
    }

    static Stream<SmallGeneration> generations() {
        return SmallGeneration.all();
    }

    @ParameterizedTest
    @MethodSource("generations")
    void generationIsWhatTheDriverCounts(SmallGeneration generation) {
        CudaOnCpu.reset();
        var counted = new TreeMap<String, Long>();
        try (var backend = CudaBackend.open(0)) {
            generation.on(
                    backend,
                    () -> {
                        backend.synchronize();
                        CudaOnCpu.resetCounters();
                    },
                    () -> {
                        backend.synchronize();
                        counted.putAll(CudaOnCpu.counters());
                    });
        }
        PredictedCounters.assertCounted(generation.predicted(), counted);
    }

    /** By category as the ledger has it, and in all what the driver has given out, which rounds each allocation up. */
    private static void checkMemory(SmallTraining training, CudaBackend backend) {
        var predicted = new EnumMap<MemoryCategory, Long>(MemoryCategory.class);
        try (var costs = new CudaCostModel(Long.MAX_VALUE)) {
            training.on(
                    costs, 1, () -> {}, () -> predicted.putAll(costs.memory().held()));
        }
        assertThat(backend.memory().held()).isEqualTo(predicted);
        long all = predicted.values().stream().mapToLong(Long::longValue).sum();
        assertThat(backend.bytesTakenFromDevice()).isBetween(all, all + 16 * 512);
    }
}
