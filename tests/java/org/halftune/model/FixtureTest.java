package org.halftune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.halftune.Fixtures;
import org.halftune.backend.Backend;
import org.halftune.backend.cpu.CpuBackend;
import org.halftune.optim.AdamW;
import org.halftune.optim.AdamWConfig;
import org.halftune.tensor.HostTensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The model against PyTorch and transformers: logits, losses, gradients and three AdamW steps, full and half. */
class FixtureTest {
    private static Backend backend;

    @BeforeAll
    static void open() {
        backend = CpuBackend.open(2);
    }

    @AfterAll
    static void everythingIsFreed() {
        assertThat(backend.memory().total()).isLessThanOrEqualTo(1 << 20); // the attention scratch, freed by close
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
            assertClose("logits", llama.logits(batch).toFloats(), f.tensor("logits"), 1e-5);
            var loss = llama.evaluate(batch);
            assertThat(loss.tokens())
                    .isEqualTo(f.expected().at("/sft/target_tokens").asInt());
            double wanted = f.expected().at("/sft/loss_float64").asDouble();
            assertThat(loss.mean()).isCloseTo(wanted, within(1e-5 * wanted));
            var tokenLosses = llama.tokenLosses(batch);
            var expected = f.tensor("token_loss"); // [2,32]: the last position predicts nothing
            for (int row = 0; row < 2; row++) {
                for (int t = 0; t < 32; t++) {
                    assertThat(tokenLosses[row * 33 + t]).isCloseTo(expected[row * 32 + t], within(5e-5f));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void gradientsAreThoseOfPyTorch(Recomputation recomputation) {
        for (var name : variants()) {
            try (var f = Fixture.open(name);
                    var weights = Weights.load(
                            backend, f.config(), f.everything(), f.folder().source());
                    var parameters = Parameters.of(backend, weights);
                    var llama = new Llama(backend, parameters, f.capacity(), recomputation)) {
                var batch = f.batch(0);
                Passes.forwardBackward(llama, batch);
                for (var parameter : parameters.trainable()) {
                    var gradient = backend.download(parameter.gradient().tensor());
                    assertSample(f, "grad", parameter.spec().name(), gradient, 1e-5);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void halfTheGradientsAreThoseOfFullTraining(String name) {
        try (var f = Fixture.open(name);
                var weights =
                        Weights.load(backend, f.config(), Set.of(), f.folder().source())) {
            var full = gradients(f, weights, f.everything(), Recomputation.CHEAP);
            for (var recomputation : Recomputation.values()) {
                var half = gradients(f, weights, f.names("/half/trainable"), recomputation);
                assertThat(half.keySet()).isEqualTo(f.names("/half/trainable"));
                half.forEach((parameter, gradient) ->
                        assertThat(gradient).as(parameter).isEqualTo(full.get(parameter)));
            }
        }
    }

    private static Map<String, float[]> gradients(Fixture f, Weights weights, Set<String> trainable, Recomputation r) {
        var all = new HashMap<String, float[]>();
        weights.select(trainable);
        try (var parameters = Parameters.of(backend, weights);
                var llama = new Llama(backend, parameters, f.capacity(), r)) {
            Passes.forwardBackward(llama, f.batch(0));
            for (var p : parameters.trainable()) {
                all.put(p.spec().name(), backend.download(p.gradient().tensor()).toFloats());
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
        var config = new AdamWConfig(
                0.9,
                0.95,
                1e-8,
                optimizer.get("weight_decay").asDouble(),
                optimizer.get("clip").asDouble());
        try (var weights = Weights.load(
                        backend,
                        f.config(),
                        f.names("/" + kind + "/trainable"),
                        f.folder().source());
                var parameters = Parameters.of(backend, weights);
                var llama = new Llama(backend, parameters, f.capacity(), Recomputation.CHEAP);
                var adamW = new AdamW(backend, parameters, config)) {
            var before = new HashMap<String, float[]>();
            for (var spec : weights.specs())
                before.put(spec.name(), weights.download(spec.name()).toFloats());
            for (int step = 0; step < 3; step++) {
                var batch = f.batch(step);
                adamW.beginStep(optimizer.get("lr").asDouble());
                var loss = Passes.forwardBackward(llama, batch);
                double wanted =
                        f.expected().at("/" + kind + "/losses_float64/" + step).asDouble();
                assertThat(loss.mean()).isCloseTo(wanted, within(1e-5 * wanted));
                adamW.update();
                float norm = adamW.gradientNorm();
                double wantedNorm =
                        f.expected().at("/" + kind + "/grad_norms/" + step).asDouble();
                // AdamW magnifies rounding where a gradient is near zero, so later norms drift apart a little.
                assertThat((double) norm).isCloseTo(wantedNorm, within((step == 0 ? 1e-5 : 5e-5) * wantedNorm));
            }
            for (var name : f.names("/" + kind + "/trainable")) {
                assertUpdate(f, kind, name, before.get(name), weights.download(name));
            }
            for (var name : f.names("/" + kind + "/frozen")) {
                assertThat(weights.download(name).toFloats()).as(name).isEqualTo(before.get(name));
            }
        }
    }

    /** A stored result is a sample of every stride-th element. */
    private static void assertSample(Fixture f, String kind, String name, HostTensor actual, double tolerance) {
        var wanted = f.tensor(kind + "." + name);
        assertClose(kind + " " + name, f.sample(kind, name, actual), wanted, tolerance);
    }

    /** The change of the weights, not the weights, within 1e-3; plus float32's own noise, which AdamW magnifies. */
    private static void assertUpdate(Fixture f, String kind, String name, float[] before, HostTensor after) {
        var wanted = f.tensor(kind + "." + name);
        int stride = f.stride(kind, name);
        double error = 0, size = 0;
        for (int i = 0; i < wanted.length; i++) {
            double old = before[i * stride];
            error += Math.pow(after.get((long) i * stride) - wanted[i], 2);
            size += Math.pow(wanted[i] - old, 2);
        }
        double noise = 3
                * f.expected()
                        .at("/digests/" + kind + "/" + name + "/noise_rms")
                        .asDouble()
                * Math.sqrt(wanted.length);
        assertThat(Math.sqrt(error)).as(kind + " " + name).isLessThanOrEqualTo(1e-3 * Math.sqrt(size) + noise);
    }

    /** Relative L2 distance. */
    private static void assertClose(String what, float[] actual, float[] expected, double tolerance) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        double error = 0, size = 0;
        for (int i = 0; i < expected.length; i++) {
            error += Math.pow(actual[i] - expected[i], 2);
            size += Math.pow(expected[i], 2);
        }
        assertThat(Math.sqrt(error / size)).as(what + ": relative L2 error").isLessThan(tolerance);
    }
}
