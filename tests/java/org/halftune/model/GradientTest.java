package org.halftune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The model's gradients are the derivatives of its loss, with any recomputation and any frozen parameters. */
class GradientTest {
    private static final int RANDOM_MODELS = 30;

    private static Backend backend;

    @BeforeAll
    static void open() {
        backend = CpuBackend.open(2);
    }

    @AfterAll
    static void close() {
        backend.close();
    }

    @Test
    void logitsAndLossesAreThoseOfTheReference() {
        for (int seed = 0; seed < RANDOM_MODELS; seed++) {
            var random = new Random(seed);
            var model = RandomModel.draw(random);
            var batch = model.batch(random, 1 + random.nextInt(3), 9);
            var reference = new ReferenceLlama(model);
            try (var weights = model.on(backend);
                    var parameters = Parameters.of(backend, weights);
                    var llama = new Llama(backend, parameters, RandomModel.capacity(batch), Recomputation.NONE)) {
                var what = "seed " + seed + ": " + model.config();
                assertClose(what, llama.logits(batch).toFloats(), reference.logits(batch));
                assertThat(llama.evaluate(batch).mean()).as(what).isCloseTo(reference.loss(batch), within(1e-5));
                assertClose(what, llama.tokenLosses(batch), reference.tokenLosses(batch));
            }
        }
    }

    private static void assertClose(String what, float[] actual, double[] expected) {
        double error = 0, size = 0;
        for (int i = 0; i < expected.length; i++) {
            error += Math.pow(actual[i] - expected[i], 2);
            size += Math.pow(expected[i], 2);
        }
        assertThat(Math.sqrt(error / size)).as(what).isLessThan(1e-5);
    }

    /** For each parameter array alone, the slope of the double reference's loss in three random directions. */
    @Test
    void gradientsAreTheSlopesOfTheLoss() {
        for (int seed = 0; seed < RANDOM_MODELS; seed++) {
            var random = new Random(100 + seed);
            slopes("seed " + seed, RandomModel.draw(random), random);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void gradientsOfAGroupedModelAreTheSlopesOfTheLoss(boolean tied) {
        var random = new Random(3);
        slopes("tied " + tied, RandomModel.small(tied, random), random);
    }

    private static void slopes(String what, RandomModel model, Random random) {
        var batch = model.batch(random, 1 + random.nextInt(3), 8);
        var reference = new ReferenceLlama(model);
        try (var weights = model.on(backend)) {
            var gradients = RandomModel.gradients(backend, weights, model.names(), Recomputation.CHEAP, List.of(batch));
            assertThat(gradients.keySet()).isEqualTo(model.names());
            gradients.forEach((name, gradient) -> {
                double size = 0;
                for (float g : gradient) size += g * g;
                for (int i = 0; i < 3; i++) {
                    var direction = random.doubles(gradient.length, -1, 1).toArray();
                    double along = 0;
                    for (int j = 0; j < gradient.length; j++) along += gradient[j] * direction[j];
                    assertThat(along)
                            .as("%s, %s of %s", what, name, model.config())
                            .isCloseTo(slope(reference, batch, name, direction), within(1e-5 * Math.sqrt(size) + 1e-7));
                }
            });
        }
    }

    private static double slope(ReferenceLlama reference, Batch batch, String name, double[] direction) {
        double step = 1e-4;
        var values = reference.parameter(name);
        var start = values.clone();
        var losses = new double[4]; // at −2, −1, 1, 2 steps: fourth order, so the error is about 1e-10
        double[] places = {-2, -1, 1, 2};
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < values.length; j++) values[j] = start[j] + places[i] * step * direction[j];
            losses[i] = reference.loss(batch);
        }
        System.arraycopy(start, 0, values, 0, start.length);
        return (losses[0] - 8 * losses[1] + 8 * losses[2] - losses[3]) / (12 * step);
    }

    @Test
    void recomputationDoesNotChangeABit() {
        for (int seed = 0; seed < RANDOM_MODELS; seed++) {
            var random = new Random(200 + seed);
            var model = RandomModel.draw(random);
            var batches = List.of(model.batch(random, 2, 9), model.batch(random, 3, 64));
            var trainable = seed % 2 == 0 ? model.names() : half(model, random);
            try (var weights = model.on(backend)) {
                var none = RandomModel.gradients(backend, weights, trainable, Recomputation.NONE, batches);
                for (var r : List.of(Recomputation.CHEAP, Recomputation.BLOCK)) {
                    var again = RandomModel.gradients(backend, weights, trainable, r, batches);
                    none.forEach((name, gradient) ->
                            assertThat(again.get(name)).as("%s, %s", r, name).isEqualTo(gradient));
                }
            }
        }
    }

    @Test
    void trainableParametersHaveTheGradientOfFullTraining() {
        for (int seed = 0; seed < RANDOM_MODELS; seed++) {
            var random = new Random(300 + seed);
            var model = RandomModel.draw(random);
            checkSelection(model, half(model, random), random);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void selectionsAtTheEdges(boolean tied) {
        var random = new Random(5);
        var model = RandomModel.small(tied, random);
        var embedding = ParameterRole.EMBEDDING.parameterName(-1);
        var head = ParameterRole.HEAD.parameterName(-1);
        var lastLayer = "model.layers.1.";
        checkSelection(model, only(model, name -> !name.equals(embedding)), random);
        checkSelection(model, only(model, name -> !name.equals(head)), random);
        checkSelection(model, only(model, name -> !name.equals(embedding) && !name.equals(head)), random);
        checkSelection(model, only(model, name -> name.contains("norm")), random);
        checkSelection(model, only(model, name -> name.startsWith(lastLayer)), random);
        for (var name : model.names()) checkSelection(model, Set.of(name), random);
        checkSelection(model, Set.of(), random);
    }

    private static Set<String> only(RandomModel model, Predicate<String> wanted) {
        var names = model.names();
        names.removeIf(wanted.negate());
        return names;
    }

    private static Set<String> half(RandomModel model, Random random) {
        var names = new LinkedHashSet<String>();
        for (var name : model.names()) if (random.nextBoolean()) names.add(name);
        return names;
    }

    private static void checkSelection(RandomModel model, Set<String> trainable, Random random) {
        var batches = List.of(model.batch(random, 2, 9), model.batch(random, 3, 5));
        try (var weights = model.on(backend)) {
            var full = RandomModel.gradients(backend, weights, model.names(), Recomputation.CHEAP, batches);
            for (var recomputation : Recomputation.values()) {
                var part = RandomModel.gradients(backend, weights, trainable, recomputation, batches);
                assertThat(part.keySet()).isEqualTo(trainable);
                part.forEach((name, gradient) ->
                        assertThat(gradient).as("%s of %s", name, trainable).isEqualTo(full.get(name)));
            }
        }
    }

    @Test
    void batchWithoutLabelsHasNoLossAndNoGradient() {
        var random = new Random(6);
        var model = RandomModel.small(false, random);
        var masked = Batch.of(List.of(new int[] {1, 2, 3}, new int[] {4}));
        try (var weights = model.on(backend, model.names());
                var parameters = Parameters.of(backend, weights);
                var llama = new Llama(backend, parameters, new Capacity(4, 2), Recomputation.NONE)) {
            assertThat(llama.evaluate(masked)).isEqualTo(new LossSum(0, 0));
            assertThat(llama.evaluate(masked).mean()).isZero();
            assertThat(llama.tokenLosses(masked)).containsOnly(0);
            assertThat(Passes.forwardBackward(llama, masked, 1, true)).isEqualTo(new LossSum(0, 0));
            for (var parameter : parameters.trainable()) {
                var gradient = Objects.requireNonNull(parameter.gradient()).tensor();
                assertThat(backend.download(gradient).toFloats())
                        .as(parameter.spec().name())
                        .containsOnly(0);
            }
        }
    }

    @Test
    void tooLargeBatchIsRejectedBeforeAnythingRuns() {
        var model = RandomModel.small(false, new Random(8)); // 37 ids, 128 positions
        try (var weights = model.on(backend);
                var parameters = Parameters.of(backend, weights);
                var llama = new Llama(backend, parameters, new Capacity(200, 2), Recomputation.NONE)) {
            assertThatThrownBy(() -> llama.evaluate(Batch.of(List.of(new int[] {1, 37}))))
                    .hasMessageContaining("37");
            assertThatThrownBy(() -> llama.evaluate(Batch.of(List.of(new int[] {-1}))))
                    .hasMessageContaining("-1");
            assertThatThrownBy(() -> llama.load(
                            WeightedBatch.unweighted(Batch.of(List.of(new int[] {1, 2}), List.of(new int[] {1, 37})))))
                    .hasMessageContaining("37");
            assertThatThrownBy(() -> llama.logits(Batch.of(List.of(new int[129]))))
                    .hasMessageContaining("128 positions");
            assertThatThrownBy(() -> llama.evaluate(Batch.of(List.of(new int[101], new int[100]))))
                    .hasMessageContaining("201 tokens");
            assertThatThrownBy(() -> llama.evaluate(Batch.of(List.of(new int[1], new int[1], new int[1]))))
                    .hasMessageContaining("3 sequences");
        }
    }

    /** Tokens of a batch do not see other sequences, nor what the buffers held before. */
    @Test
    void sequencesOfABatchAreIndependent() {
        var random = new Random(7);
        var model = RandomModel.small(true, random);
        var ids = List.of(
                random.ints(70, 0, 37).toArray(),
                random.ints(1, 0, 37).toArray(),
                random.ints(9, 0, 37).toArray());
        try (var weights = model.on(backend);
                var parameters = Parameters.of(backend, weights);
                var llama = new Llama(backend, parameters, new Capacity(100, 5), Recomputation.NONE)) {
            var together = llama.logits(Batch.of(ids)).toFloats();
            int at = 0;
            for (var sequence : ids) {
                var alone = llama.logits(Batch.of(List.of(sequence))).toFloats();
                for (int i = 0; i < alone.length; i++)
                    assertThat(together[at + i]).isCloseTo(alone[i], within(1e-5f));
                at += alone.length;
            }
        }
    }
}
