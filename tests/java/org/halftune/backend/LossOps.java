package org.halftune.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.halftune.tensor.DType;
import org.junit.jupiter.api.Test;

/** SwiGLU and the cross-entropy. */
interface LossOps extends OpsUnderTest {

    @Test
    default void swigluMayLieOverItsOperands() {
        var random = new Random(41);
        for (int[] s : new int[][] {{1, 1}, {3, 33}, {17, 100}, {65, 601}}) {
            for (double size : new double[] {1, 40}) { // at 40 the sigmoid is 0 or 1
                try (var d = device()) {
                    var gate = d.random(random, size, s[0], s[1]);
                    var up = d.random(random, 1, s[0], s[1]);
                    var expected = Reference.swiglu(gate.values(), up.values());
                    for (var y : new Tensor[] {d.output(s[0], s[1]), copy(d, gate), copy(d, up)}) {
                        var g = copy(d, gate);
                        var u = copy(d, up);
                        d.ops().swigluForward(y, g, u);
                        assertClose("y", d.read(y), expected);
                        d.ops().swigluForward(g, g, u);
                        assertThat(d.read(g)).as("over gate").isEqualTo(d.read(y));
                        d.ops().swigluForward(u, copy(d, gate), u);
                        assertThat(d.read(u)).as("over up").isEqualTo(d.read(y));
                    }
                }
            }
        }
    }

    @Test
    default void swigluGradientsMayLieOverItsOperands() {
        var random = new Random(42);
        for (int[] s : new int[][] {{1, 1}, {3, 33}, {17, 100}, {65, 601}}) {
            for (double size : new double[] {1, 40}) {
                try (var d = device()) {
                    var gate = d.random(random, size, s[0], s[1]);
                    var up = d.random(random, 1, s[0], s[1]);
                    var dy = d.random(random, 1, s[0], s[1]);
                    var expected = Reference.swigluBackward(dy.values(), gate.values(), up.values());
                    var dGate = d.output(s[0], s[1]);
                    var dUp = d.output(s[0], s[1]);
                    d.ops().swigluBackward(dGate, dUp, dy.tensor(), gate.tensor(), up.tensor());
                    assertClose("dGate", d.read(dGate), expected.get(0));
                    assertClose("dUp", d.read(dUp), expected.get(1));

                    var g = copy(d, gate);
                    var u = copy(d, up);
                    d.ops().swigluBackward(g, u, dy.tensor(), g, u);
                    assertThat(d.read(g)).as("over gate and up").isEqualTo(d.read(dGate));
                    assertThat(d.read(u)).as("over gate and up").isEqualTo(d.read(dUp));

                    var over = copy(d, dy);
                    d.ops().swigluBackward(over, dUp, over, gate.tensor(), up.tensor());
                    assertThat(d.read(over)).as("dGate over dy").isEqualTo(d.read(dGate));
                    over = copy(d, dy);
                    d.ops().swigluBackward(dGate, over, over, gate.tensor(), up.tensor());
                    assertThat(d.read(over)).as("dUp over dy").isEqualTo(d.read(dUp));
                }
            }
        }
    }

    private static Tensor copy(GuardedTensors d, GuardedTensors.Array x) {
        var floats = new float[x.values().length];
        for (int i = 0; i < floats.length; i++) floats[i] = (float) x.values()[i];
        return d.array(x.tensor().dtype(), floats, x.tensor().dim(0), x.tensor().dim(1))
                .tensor();
    }

    @Test
    default void crossEntropyAndItsGradient() {
        var random = new Random(43);
        for (int[] s : new int[][] {{1, 1}, {1, 2}, {5, 17}, {33, 601}, {3, 5000}}) {
            try (var d = device()) {
                int r = s[0], v = s[1];
                var logits = d.random(random, 3, r, v);
                var weights = d.randomFloats(random, 1, r);
                int[] targets = OpsUnderTest.ids(random, r, v);
                var expected = Reference.crossEntropy(logits.values(), targets);
                double size = Math.sqrt(r) * Math.log(v + 1.0); // with V=1 the loss is 0

                var losses = d.floatOutput(r);
                d.ops().crossEntropyForward(losses, logits.tensor(), d.ints(targets));
                OpsUnderTest.assertWithin("losses", d.read(losses), expected, tolerance(), size);

                var again = d.floatOutput(r);
                d.ops().crossEntropyForwardBackward(again, logits.tensor(), d.ints(targets), weights.tensor());
                assertThat(d.read(again)).as("losses beside the gradient").isEqualTo(d.read(losses));
                OpsUnderTest.assertWithin(
                        "gradient",
                        d.read(logits.tensor()),
                        Reference.crossEntropyBackward(weights.values(), logits.values(), targets),
                        tolerance(),
                        Math.sqrt(r));
            }
        }
    }

    /** What pads a batch: a row with a negative target has no loss and no gradient, and changes nothing of the others. */
    @Test
    default void rowsWithoutATargetHaveNeitherLossNorGradient() {
        var random = new Random(44);
        for (int v : new int[] {17, 608}) {
            try (var d = device()) {
                var logits = d.random(random, 3, 3, v);
                var expected = Reference.crossEntropy(logits.values(), new int[] {5, 0, 2});
                var gradients = Reference.crossEntropyBackward(
                        new double[] {0.5, 0, 0.5}, logits.values(), new int[] {5, 0, 2});
                expected[1] = 0;
                var targets = d.ints(5, -1, 2);
                var losses = d.floatOutput(3);
                d.ops().crossEntropyForward(losses, logits.tensor(), targets);
                OpsUnderTest.assertWithin("losses", d.read(losses), expected, tolerance(), 0);
                assertThat(d.read(losses)[1]).isZero();
                d.ops()
                        .crossEntropyForwardBackward(
                                d.floatOutput(3), logits.tensor(), targets, d.floats(0.5f, 0.5f, 0.5f));
                OpsUnderTest.assertWithin("gradient", d.read(logits.tensor()), gradients, tolerance(), 1);
                assertThat(Arrays.copyOfRange(d.read(logits.tensor()), v, 2 * v))
                        .containsOnly(0);
            }
        }
    }

    /** More digits than one float has: a thousand small losses and a large one. */
    @Test
    default void lossesAddUpWithoutLoss() {
        var random = new Random(45);
        try (var d = device()) {
            var sum = d.scalarPair();
            double expected = 0;
            for (int n : new int[] {1, 1000, 3001}) {
                var losses = d.randomFloats(random, n == 1 ? 1e6 : 1e-3, n);
                d.ops().sumLosses(sum, losses.tensor());
                for (double loss : losses.values()) expected += loss;
            }
            var parts = d.read(sum);
            assertThat(parts[0] + parts[1])
                    .isCloseTo(expected, org.assertj.core.api.Assertions.within(1e-12 * Math.abs(expected)));
        }
    }

    @Test
    default void sumOfLossesKeepsInfinityAndNaN() {
        float infinity = Float.POSITIVE_INFINITY;
        try (var d = device()) {
            var sum = d.scalarPair();
            assertThat(sumAfter(d, sum, 1, infinity, 2)).isEqualTo(infinity);
            assertThat(sumAfter(d, sum, 3)).as("finite losses after it").isEqualTo(infinity);
            assertThat(sumAfter(d, sum, Float.NaN)).isNaN();
            assertThat(sumAfter(d, sum, 3)).as("finite losses after it").isNaN();
            assertThat(sumAfter(d, d.scalarPair(), Float.MAX_VALUE, Float.MAX_VALUE))
                    .as("more than a float holds")
                    .isEqualTo(infinity);
        }
    }

    private static double sumAfter(GuardedTensors d, Tensor sum, float... losses) {
        d.ops().sumLosses(sum, d.array(DType.F32, losses, losses.length).tensor());
        var parts = d.read(sum);
        return parts[0] + parts[1];
    }

    @Test
    default void hugeLogitsAreExactAndFinite() {
        try (var d = device()) {
            // Row 0: the target towers; row 1: another one does; row 2: all equal; row 3: all far below zero.
            var values = new float[4 * 20];
            values[0] = 1e4f;
            values[20 + 3] = 1e4f;
            values[20 + 4] = -1e4f;
            Arrays.fill(values, 40, 60, 1e4f);
            Arrays.fill(values, 60, 80, -1e4f);
            var logits = d.array(backend().storage(), values, 4, 20);
            int[] targets = {0, 4, 7, 7};
            var losses = d.floatOutput(4);
            d.ops().crossEntropyForwardBackward(losses, logits.tensor(), d.ints(targets), d.floats(1, 1, 1, 1));
            var expected = Reference.crossEntropy(logits.values(), targets);
            var actual = d.read(losses);
            for (int i = 0; i < 4; i++) {
                // The log-sum-exp of ±1e4 has steps of 1e-3 in fp32.
                assertThat(actual[i]).isCloseTo(expected[i], org.assertj.core.api.Assertions.within(1e-3));
            }
            var gradient = Reference.crossEntropyBackward(new double[] {1, 1, 1, 1}, logits.values(), targets);
            OpsUnderTest.assertWithin("gradient", d.read(logits.tensor()), gradient, Math.max(1e-3, tolerance()), 0);
        }
    }
}
