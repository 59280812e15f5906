package org.halftune.objective;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.cudaoncpu.CudaDevice;
import org.halftune.cudaoncpu.OnCuda;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.DeviceBatch;
import org.halftune.model.Llama;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.model.Parameters;
import org.halftune.model.Recomputation;
import org.halftune.model.WeightedBatch;
import org.halftune.model.Weights;
import org.halftune.optim.AdamWConfig;
import org.halftune.session.StartingWeights;
import org.halftune.session.StepResult;
import org.halftune.session.TrainingSession;
import org.halftune.session.TrainingSetup;
import org.halftune.tensor.DType;
import org.halftune.train.TestRuns;
import org.junit.jupiter.api.Test;

/** Weights of tokens from the host, and weights that the device computes between two passes. */
class ObjectiveTest {
    private static final LlamaConfig CONFIG = TestRuns.config(DType.F32, 8);
    private static final List<int[]> ROWS = List.of(new int[] {1, 2, 3, 4, 5, 6, 7}, new int[] {8, 9, 10});
    private static final Batch BATCH = Batch.of(ROWS, ROWS);

    /** Each token weighs what its place in the batch says: weights of the first step alone depend on nothing else. */
    private record Given(float[] weights) implements Objective {
        @Override
        public List<WeightedBatch> weigh(List<Batch> labelled) {
            return labelled.stream()
                    .map(batch -> new WeightedBatch(batch, weights))
                    .toList();
        }

        @Override
        public OpenObjective open(LearningModel model) {
            return new Sum(model.llama(), Llama::forward);
        }
    }

    /** Passes with something between forward and backward; the loss is the sum of the token losses. */
    private record Sum(Llama model, BiConsumer<Llama, DeviceBatch> forward) implements OpenObjective {
        @Override
        public void pass(DeviceBatch batch, boolean first) {
            forward.accept(model, batch);
            model.backward(batch, first);
            model.sumLosses(batch);
        }

        @Override
        public StepLoss loss(long labelledTokens) {
            return new StepLoss(model.takeLossSum(), Map.of());
        }

        @Override
        public Score score(Batch batch) {
            return Score.of(model.evaluate(batch));
        }
    }

    /** {@code ½·Σ loss²}: the weight of a token is its loss, which a first pass computes. */
    private record HalfSquaredLoss(Backend backend) implements Objective {
        @Override
        public List<WeightedBatch> weigh(List<Batch> labelled) {
            return labelled.stream()
                    .map(batch -> new WeightedBatch(batch, new float[batch.tokenCount()]))
                    .toList();
        }

        @Override
        public OpenObjective open(LearningModel model) {
            return new Sum(model.llama(), (llama, batch) -> {
                llama.forward(batch);
                backend.ops().copy(batch.weights(), llama.losses(batch));
            });
        }
    }

    private static Set<String> everything() {
        return ParameterSpec.all(CONFIG).stream().map(ParameterSpec::name).collect(Collectors.toSet());
    }

    /** Four steps that change nothing: eager, captured, replayed twice. */
    private static List<StepResult> steps(Backend backend, Objective objective, Batch... batches) {
        var setup = new TrainingSetup(
                CONFIG,
                everything(),
                new Capacity(16, 4),
                Recomputation.NONE,
                new AdamWConfig(0.9, 0.999, 1e-8, 0, 0),
                objective);
        var results = new ArrayList<StepResult>();
        try (var session = TrainingSession.open(backend, setup, new StartingWeights.Drawn(3))) {
            for (int i = 0; i < 4; i++) results.add(session.step(List.of(batches), 0));
        }
        return results;
    }

    private static float[] constant(float weight) {
        var weights = new float[BATCH.tokenCount()];
        java.util.Arrays.fill(weights, weight);
        return weights;
    }

    private static float[] tokenLosses(Backend backend) {
        try (var weights = Weights.random(backend, CONFIG, Set.of(), 3);
                var parameters = Parameters.of(backend, weights);
                var model = new Llama(backend, parameters, new Capacity(16, 4), Recomputation.NONE)) {
            return model.tokenLosses(BATCH);
        }
    }

    private static void check(Backend backend) {
        int labelled = BATCH.labelledCount();
        double mean =
                steps(backend, new SupervisedFineTuning(), BATCH).getFirst().gradNorm();

        for (var result : steps(backend, new Given(constant(1f / labelled)), BATCH)) {
            assertThat(result.gradNorm()).as("one weight for all tokens").isEqualTo(mean);
        }
        for (var result : steps(backend, new Given(constant(2f / labelled)), BATCH)) {
            assertThat(result.gradNorm()).as("a power of two more").isEqualTo(2 * mean);
        }
        double both = steps(backend, new SupervisedFineTuning(), BATCH, BATCH)
                .getFirst()
                .gradNorm();
        assertThat(both).as("two batches, half the weight").isEqualTo(mean);

        // What the device computes between the passes is what the host would have computed.
        double squared = steps(backend, new Given(tokenLosses(backend)), BATCH)
                .getFirst()
                .gradNorm();
        assertThat(squared).isNotEqualTo(mean);
        for (var result : steps(backend, new HalfSquaredLoss(backend), BATCH)) {
            assertThat(result.gradNorm()).as("two passes").isEqualTo(squared);
        }
    }

    @Test
    void weightsCountOnTheCpu() {
        try (var backend = CpuBackend.open(1)) {
            check(backend);
        }
    }

    @Test
    @OnCuda
    void weightsCountOnADevice() {
        CudaDevice.usualOrder();
        try (var backend = CudaBackend.open(0)) {
            check(backend);
        }
        CudaDevice.assertNothingIsHeld();
    }

    /** A sequence that weighs nothing leaves the gradient of the other. */
    @Test
    void sequencesOfWeightZeroAreNotLearned() {
        var weights = constant(0);
        for (int t = 0; t < ROWS.getFirst().length; t++) weights[t] = 1;
        var alone = Batch.of(List.of(ROWS.getFirst()), List.of(ROWS.getFirst()));
        try (var backend = CpuBackend.open(1)) {
            double together =
                    steps(backend, new Given(weights), BATCH).getFirst().gradNorm();
            double expected = (alone.labelledCount())
                    * steps(backend, new SupervisedFineTuning(), alone)
                            .getFirst()
                            .gradNorm();
            assertThat(together).isCloseTo(expected, org.assertj.core.api.Assertions.within(1e-5 * expected));
        }
    }
}
