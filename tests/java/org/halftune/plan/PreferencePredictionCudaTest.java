package org.halftune.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.halftune.backend.cost.CostBackend;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.backend.cuda.CudaCostModel;
import org.halftune.cudaoncpu.CudaOnCpu;
import org.halftune.cudaoncpu.OnCudaOnCpu;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.model.PredictedCounters;
import org.halftune.model.Recomputation;
import org.halftune.model.WeightSource;
import org.halftune.optim.AdamWConfig;
import org.halftune.plan.StepKind.Preferences;
import org.halftune.plan.StepKind.ReferenceModel;
import org.halftune.pretrained.PretrainedFolder;
import org.halftune.session.StartingWeights;
import org.halftune.session.TrainingSession;
import org.halftune.tensor.DType;
import org.halftune.train.TestRuns;
import org.halftune.train.preference.ReferencePass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code plan --dpo} predicts is what the emulated driver counts. */
@OnCudaOnCpu
class PreferencePredictionCudaTest {
    private static final LlamaConfig CONFIG = TestRuns.config(DType.BF16, 8);
    private static final Set<String> ALL =
            ParameterSpec.all(CONFIG).stream().map(ParameterSpec::name).collect(Collectors.toSet());
    private static final Set<String> HALF = ALL.stream()
            .filter(name -> name.contains("q_proj") || name.contains("down_proj"))
            .collect(Collectors.toSet());

    private static final TrainingForecast.Target DEVICE = new TrainingForecast.Target() {
        @Override
        public CostBackend open() {
            return new CudaCostModel(available());
        }

        @Override
        public long available() {
            return Long.MAX_VALUE;
        }
    };

    @TempDir
    private Path folder;

    /** Two batches of three pairs. */
    private static TrainingShape shape(ReferenceModel reference) {
        return new TrainingShape(
                CONFIG, 3, 20, 2, new AdamWConfig(0.9, 0.999, 1e-8, 0.1, 1), new Preferences(reference));
    }

    private void withModel(Consumer<WeightSource> use) {
        try (var model = PretrainedFolder.open(TestRuns.model(folder.resolve("model"), CONFIG, 7))) {
            use.accept(model.source());
        }
    }

    @ParameterizedTest
    @EnumSource
    void stepAndMemoryAreWhatTheDriverCounts(ReferenceModel reference) {
        withModel(source -> {
            for (var trainable : List.of(ALL, HALF)) check(shape(reference), trainable, source);
        });
    }

    private static void check(TrainingShape shape, Set<String> trainable, WeightSource source) {
        CudaOnCpu.reset();
        Map<String, Long> counted;
        try (var backend = CudaBackend.open(0)) {
            var setup = shape.setup(trainable, Recomputation.CHEAP, source);
            try (var session = TrainingSession.open(backend, setup, new StartingWeights.Stored(source))) {
                assertThat(backend.memory().held())
                        .isEqualTo(shape.memory(trainable, Recomputation.CHEAP, backend)
                                .bytes());
                var batches = session.batches(shape.stepBatches());
                for (int i = 0; i < 2; i++) session.step(batches, 1e-3, () -> null);
                backend.synchronize();
                CudaOnCpu.resetCounters();
                session.step(batches, 1e-3, () -> null);
                backend.synchronize();
                counted = CudaOnCpu.counters();
            }
        }
        try (var costs = DEVICE.open()) {
            PredictedCounters.assertCounted(StepPrediction.of(costs, shape, trainable, Recomputation.CHEAP), counted);
        }
    }

    @Test
    void passBeforeTheTrainingIsWhatTheDriverCounts() {
        var shape = shape(ReferenceModel.PRECOMPUTED);
        withModel(source -> {
            CudaOnCpu.reset();
            Map<String, Long> counted;
            try (var backend = CudaBackend.open(0);
                    var pass = new ReferencePass(backend, CONFIG, source, shape.capacity())) {
                backend.synchronize();
                CudaOnCpu.resetCounters();
                assertThat(pass.logProbs(shape.stepBatches().getFirst())).hasSize(6);
                backend.synchronize();
                counted = CudaOnCpu.counters();
            }
            PredictedCounters.assertCounted(ReferenceForecast.log(shape, DEVICE), counted);
        });
    }
}
