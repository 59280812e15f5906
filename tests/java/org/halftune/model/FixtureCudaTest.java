package org.halftune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.halftune.Fixtures;
import org.halftune.backend.Backend;
import org.halftune.backend.cuda.CudaBackend;
import org.halftune.cudaoncpu.OnCuda;
import org.halftune.optim.AdamW;
import org.halftune.optim.AdamWConfig;
import org.halftune.tensor.DType;
import org.halftune.tensor.HostTensor;
import org.halftune.tensor.Rounding;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The model on a CUDA device against PyTorch in fp32: logits, losses, gradients and three AdamW steps, full and half.
 *
 * <p>The device stores weights and activations in bfloat16. The design allows a cosine of 0.999 and a norm within 1 %; in
 * these models of 64 to 128 columns every sum is short, so that rounding averages out less than in any real one.
 */
@OnCuda
class FixtureCudaTest {
    private static final double COSINE = 0.999;
    private static final double NORM = 0.01;
    private static Backend backend;

    @BeforeAll
    static void open() {
        backend = CudaBackend.open(0);
    }

    @AfterAll
    static void everythingIsFreed() {
        backend.close();
        assertThat(backend.memory().total()).isZero();
    }

    static List<String> variants() {
        return Fixtures.ALL;
    }

    @ParameterizedTest
    @MethodSource("variants")
    void logitsAndLossesAreThoseOfPyTorch(String name) {
        try (var f = Fixture.open(name);
                var weights =
                        Weights.load(backend, f.config(), Set.of(), f.folder().source());
                var parameters = Parameters.of(backend, weights);
                var llama = new Llama(backend, parameters, f.capacity(), Recomputation.NONE)) {
            var batch = f.batch(0);
            assertSimilar("logits", llama.logits(batch).toFloats(), f.tensor("logits"), COSINE, NORM);
            var loss = llama.evaluate(batch);
            assertThat(loss.tokens())
                    .isEqualTo(f.expected().at("/sft/target_tokens").asInt());
            double wanted = f.expected().at("/sft/loss_float64").asDouble();
            assertThat(loss.mean()).isCloseTo(wanted, within(2e-3 * wanted));
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void gradientsAreThoseOfPyTorchHoweverMuchIsRecomputed(String name) {
        try (var f = Fixture.open(name);
                var weights =
                        Weights.load(backend, f.config(), Set.of(), f.folder().source())) {
            var kept = gradients(f, weights, f.everything(), Recomputation.NONE);
            kept.forEach((parameter, gradient) -> assertSimilar(
                    parameter, f.sample("grad", parameter, gradient), f.tensor("grad." + parameter), COSINE, NORM));
            for (var recomputation : Set.of(Recomputation.CHEAP, Recomputation.BLOCK)) {
                gradients(f, weights, f.everything(), recomputation)
                        .forEach((parameter, gradient) -> assertThat(gradient.toFloats())
                                .as(parameter + " with " + recomputation)
                                .isEqualTo(kept.get(parameter).toFloats()));
            }
        }
    }

    /**
     * Greedy generation with the cache, led along PyTorch's tokens: the device would choose each of them, but for those whose
     * lead over the second is within the rounding of logits.
     */
    @ParameterizedTest
    @MethodSource("variants")
    void generatesTheTokensOfPyTorch(String name) {
        try (var f = Fixture.open(name);
                var weights =
                        Weights.load(backend, f.config(), Set.of(), f.folder().source());
                var parameters = Parameters.of(backend, weights);
                var decoder = new Decoder(backend, parameters, 1, 64)) {
            var generation = f.expected().get("generate");
            decoder.prefill(List.of(generation
                    .get("prompt")
                    .valueStream()
                    .mapToInt(token -> token.asInt())
                    .toArray()));
            int sure = 0;
            for (int i = 0; i < generation.get("tokens").size(); i++) {
                int wanted = generation.get("tokens").get(i).asInt();
                double lead = generation.get("margins").get(i).asDouble();
                int chosen = decoder.choose(new float[] {0}, 0, 1)[0];
                var logits = decoder.logits();
                assertThat(logits.get(chosen) - logits.get(wanted))
                        .as("token " + i)
                        .isBetween(0f, 0.1f);
                if (lead > 0.1) {
                    assertThat(chosen).as("token " + i).isEqualTo(wanted);
                    sure++;
                }
                if (i + 1 < generation.get("tokens").size()) decoder.step(new int[] {0}, new int[] {wanted});
            }
            assertThat(sure).isGreaterThan(5);
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void halfTheGradientsAreThoseOfFullTrainingBitForBit(String name) {
        try (var f = Fixture.open(name);
                var weights =
                        Weights.load(backend, f.config(), Set.of(), f.folder().source())) {
            var full = gradients(f, weights, f.everything(), Recomputation.NONE);
            var half = gradients(f, weights, f.names("/half/trainable"), Recomputation.NONE);
            assertThat(half.keySet()).isEqualTo(f.names("/half/trainable"));
            half.forEach((parameter, gradient) -> assertThat(gradient.toFloats())
                    .as(parameter)
                    .isEqualTo(full.get(parameter).toFloats()));
        }
    }

    /** With recomputation attention's output is not kept below a frozen O, and its row sums are taken another way. */
    @ParameterizedTest
    @MethodSource("variants")
    void halfGradientsEqualThoseOfFullTrainingWithAnyRecomputation(String name) {
        try (var f = Fixture.open(name);
                var weights =
                        Weights.load(backend, f.config(), Set.of(), f.folder().source())) {
            var full = gradients(f, weights, f.everything(), Recomputation.CHEAP);
            var half = gradients(f, weights, f.names("/half/trainable"), Recomputation.CHEAP);
            assertThat(half.keySet()).isEqualTo(f.names("/half/trainable"));
            half.forEach((parameter, gradient) -> assertSimilar(
                    parameter, gradient.toFloats(), full.get(parameter).toFloats(), 0.9999, 0.005));
        }
    }

    private static Map<String, HostTensor> gradients(
            Fixture f, Weights weights, Set<String> trainable, Recomputation r) {
        var all = new HashMap<String, HostTensor>();
        weights.select(trainable);
        try (var parameters = Parameters.of(backend, weights);
                var llama = new Llama(backend, parameters, f.capacity(), r)) {
            Passes.forwardBackward(llama, f.batch(0));
            for (var p : parameters.trainable()) {
                all.put(p.spec().name(), backend.download(p.gradient().tensor()));
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("variants")
    void threeStepsOfFullTrainingAreThoseOfPyTorch(String name) {
        try (var f = Fixture.open(name)) {
            train(f, "full");
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void threeStepsOfHalfTrainingAreThoseOfPyTorchAndFrozenBitsStay(String name) {
        try (var f = Fixture.open(name)) {
            train(f, "half");
        }
    }

    private static void train(Fixture f, String kind) {
        var optimizer = f.expected().get("optimizer");
        // To nearest, which is the smallest distance of a weight from its master: PyTorch's weights here are not
        // rounded at all.
        var nearest = new AdamWConfig.Precision(DType.F32, true, Optional.of(Rounding.NEAREST), 0);
        var config = new AdamWConfig(
                0.9,
                0.95,
                1e-8,
                optimizer.get("weight_decay").asDouble(),
                optimizer.get("clip").asDouble(),
                nearest);
        try (var weights = Weights.load(
                        backend,
                        f.config(),
                        f.names("/" + kind + "/trainable"),
                        f.folder().source());
                var parameters = Parameters.of(backend, weights);
                var llama = new Llama(backend, parameters, f.capacity(), Recomputation.CHEAP);
                var adamW = new AdamW(backend, parameters, config)) {
            adamW.loadMasters(f.folder().source());
            var before = new HashMap<String, float[]>();
            for (var spec : weights.specs())
                before.put(spec.name(), weights.download(spec.name()).toFloats());
            var gradients = new HashMap<String, List<float[]>>();
            for (int step = 0; step < 3; step++) {
                var batch = f.batch(step);
                adamW.beginStep(optimizer.get("lr").asDouble());
                var loss = Passes.forwardBackward(llama, batch);
                double wanted =
                        f.expected().at("/" + kind + "/losses_float64/" + step).asDouble();
                assertThat(loss.mean()).as("loss of step " + step).isCloseTo(wanted, within(5e-3 * wanted));
                var found = new HashMap<String, HostTensor>();
                for (var p : parameters.trainable()) {
                    found.put(p.spec().name(), backend.download(p.gradient().tensor()));
                }
                adamW.update();
                float norm = adamW.gradientNorm();
                double wantedNorm =
                        f.expected().at("/" + kind + "/grad_norms/" + step).asDouble();
                assertThat((double) norm).as("norm of step " + step).isCloseTo(wantedNorm, within(0.01 * wantedNorm));
                double clip = optimizer.get("clip").asDouble() / (norm + 1e-6);
                found.forEach((parameter, gradient) -> gradients
                        .computeIfAbsent(parameter, _ -> new ArrayList<>())
                        .add(scaled(f.sample(kind, parameter, gradient), Math.min(1, clip))));
            }
            for (var parameter : parameters.trainable()) {
                var name = parameter.spec().name();
                var master = backend.download(adamW.exactWeight(parameter));
                var noise =
                        UpdateNoise.of(gradients.getOrDefault(name, List.of()), config, UpdateNoise.ofCosine(COSINE));
                assertUpdate(f, kind, name, master, noise);
                assertThat(weights.download(name).toFloats())
                        .as(name + " is its master's rounding")
                        .isEqualTo(rounded(master.toFloats()));
            }
            for (var name : f.names("/" + kind + "/frozen")) {
                assertThat(weights.download(name).toFloats()).as(name).isEqualTo(before.get(name));
            }
        }
    }

    private static float[] rounded(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.intBitsToFloat(HostTensor.toBfloat16(values[i]) << 16);
        }
        return values;
    }

    private static float[] scaled(float[] values, double factor) {
        for (int i = 0; i < values.length; i++) values[i] *= (float) factor;
        return values;
    }

    /** The change of the weights, as near as gradients allow that are as near as {@link #COSINE} demands. */
    private static void assertUpdate(Fixture f, String kind, String name, HostTensor after, UpdateNoise noise) {
        var start = f.sample(kind, name, f.folder().source().get(name));
        assertSimilar(
                kind + " change of " + name,
                change(f.sample(kind, name, after), start),
                change(f.tensor(kind + "." + name), start),
                noise.cosine(),
                Math.max(NORM, noise.norm()));
    }

    private static float[] change(float[] after, float[] before) {
        var change = new float[after.length];
        for (int i = 0; i < change.length; i++) change[i] = after[i] - before[i];
        return change;
    }

    private static void assertSimilar(String what, float[] actual, float[] expected, double cosine, double norm) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double dot = 0, a = 0, b = 0;
        for (int i = 0; i < expected.length; i++) {
            dot += (double) actual[i] * expected[i];
            a += (double) actual[i] * actual[i];
            b += (double) expected[i] * expected[i];
        }
        if (b == 0) {
            assertThat(a).as(what).isZero();
            return;
        }
        assertThat(dot / Math.sqrt(a * b)).as("cosine of " + what).isGreaterThanOrEqualTo(cosine);
        assertThat(Math.sqrt(a / b)).as("norm of " + what).isCloseTo(1, within(norm));
    }
}
