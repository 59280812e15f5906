package org.halftune.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The references' backward passes are the derivatives of their forward passes: for a random dy, the gradient of
 * {@code dy·f(x)} in each element of x against a central difference, whose error in double is about 1e-9.
 */
class ReferenceTest {
    private static final double STEP = 1e-5;

    private final Random random = new Random(7);

    private double[] draw(int n) {
        return random.doubles(n, -1.5, 1.5).toArray();
    }

    private static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
    }

    private static void assertDerivative(
            String of, double[] gradient, double[] x, Function<double[], double[]> f, double[] dy) {
        assertThat(gradient).as(of).hasSameSizeAs(x);
        for (int i = 0; i < x.length; i++) {
            var above = x.clone();
            var below = x.clone();
            above[i] += STEP;
            below[i] -= STEP;
            double slope = (dot(f.apply(above), dy) - dot(f.apply(below), dy)) / (2 * STEP);
            assertThat(gradient[i])
                    .as(of + "[" + i + "]")
                    .isCloseTo(slope, within(1e-8 * Math.max(1, Math.abs(slope))));
        }
    }

    @Test
    void embedding() {
        int[] ids = {2, 0, 2, 4};
        var dy = draw(12);
        assertDerivative(
                "table", Reference.embeddingBackward(dy, ids, 5, 3), draw(15), t -> Reference.embedding(t, ids, 3), dy);
    }

    @Test
    void rmsNorm() {
        double[] x = draw(15), w = draw(5), dy = draw(15);
        var d = Reference.rmsNormBackward(dy, x, w, 1e-3);
        assertDerivative("x", d.get(0), x, v -> Reference.rmsNorm(v, w, 1e-3).y(), dy);
        assertDerivative("w", d.get(1), w, v -> Reference.rmsNorm(x, v, 1e-3).y(), dy);
    }

    @Test
    void linear() {
        double[] x = draw(6), w = draw(12), dy = draw(8); // T=2, I=3, O=4
        var d = Reference.linearBackward(dy, x, w, 3, 4);
        assertDerivative("x", d.get(0), x, v -> Reference.linear(v, w, 3, 4), dy);
        assertDerivative("w", d.get(1), w, v -> Reference.linear(x, v, 3, 4), dy);
    }

    @Test
    void rope() {
        int[] positions = {3, 0, 1};
        var angles = draw(8); // P=4, D/2=2
        var cos = java.util.Arrays.stream(angles).map(Math::cos).toArray();
        var sin = java.util.Arrays.stream(angles).map(Math::sin).toArray();
        double[] x = draw(24), dy = draw(24); // two heads of 4
        var dx = Reference.rope(dy, positions, cos, sin, 4, -1);
        assertDerivative("x", dx, x, v -> Reference.rope(v, positions, cos, sin, 4, 1), dy);
    }

    @Test
    void attention() {
        var a = new ReferenceAttention(List.of(3, 1, 4), 4, 2, 6);
        double[] q = draw(8 * 24), k = draw(8 * 12), v = draw(8 * 12), dy = draw(8 * 24);
        var d = a.backward(dy, q, k, v);
        assertDerivative("q", d.get(0), q, e -> a.forward(e, k, v).out(), dy);
        assertDerivative("k", d.get(1), k, e -> a.forward(q, e, v).out(), dy);
        assertDerivative("v", d.get(2), v, e -> a.forward(q, k, e).out(), dy);
    }

    @Test
    void swiglu() {
        double[] gate = draw(9), up = draw(9), dy = draw(9);
        var d = Reference.swigluBackward(dy, gate, up);
        assertDerivative("gate", d.get(0), gate, v -> Reference.swiglu(v, up), dy);
        assertDerivative("up", d.get(1), up, v -> Reference.swiglu(gate, v), dy);
    }

    @Test
    void crossEntropy() {
        int[] targets = {1, 4, 0};
        double[] logits = draw(15), factors = draw(3);
        var d = Reference.crossEntropyBackward(factors, logits, targets);
        assertDerivative("logits", d, logits, v -> Reference.crossEntropy(v, targets), factors);
    }
}
