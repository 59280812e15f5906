package org.halftune.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.halftune.tensor.DType;
import org.junit.jupiter.api.Test;

/** Dot products of gradients, and sums of them. */
interface ProjectionOps extends OpsUnderTest {

    private static double[] products(GuardedTensors d, Tensor gradient, Tensor memories) {
        int pairs = Math.toIntExact((memories.dim(0) + 1) * (memories.dim(0) + 2) / 2);
        var products = d.ints(new int[2 * pairs]).as(pairs, 2);
        d.ops().gradientProducts(products, gradient, memories);
        return d.backend().download(products).data().toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED);
    }

    @Test
    default void productsAreThoseOfEveryTwoGradients() {
        var random = new Random(61);
        for (int memories : new int[] {1, 2, 3, 4, 7, 8, 13}) {
            for (int n : new int[] {1, 17, 8191, 16_385, 40_001}) {
                if (memories > 8 && n > 20_000) continue;
                try (var d = device()) {
                    var gradient = d.randomFloats(random, 1e-3, n);
                    // Rows lie further apart than they are long.
                    var whole = d.randomFloats(random, 1e2, memories, n + 3);
                    var rows = d.columns(whole, 0, n);
                    var products = products(d, gradient.tensor(), rows.tensor());
                    int at = 0;
                    for (int i = 0; i <= memories; i++) {
                        for (int j = 0; j <= i; j++) {
                            double sum = 0, size = 0;
                            for (int e = 0; e < n; e++) {
                                double a = i == 0 ? gradient.values()[e] : rows.values()[(i - 1) * n + e];
                                double b = j == 0 ? gradient.values()[e] : rows.values()[(j - 1) * n + e];
                                sum += a * b;
                                size += Math.abs(a * b);
                            }
                            assertThat(products[at++])
                                    .as("%d memories of %d, ⟨%d, %d⟩", memories, n, i, j)
                                    .isCloseTo(sum, within(1e-13 * size));
                        }
                    }
                }
            }
        }
    }

    @Test
    default void productsOfHugeAndTinyGradientsFitIntoDouble() {
        for (double size : new double[] {1e-30, 1e30}) {
            try (var d = device()) {
                var gradient = d.randomFloats(new Random(62), size, 100);
                var memories = d.randomFloats(new Random(63), size, 1, 100);
                for (double product : products(d, gradient.tensor(), memories.tensor())) {
                    assertThat(Math.abs(product) / size / size).isBetween(1e-3, 1e3);
                }
            }
        }
    }

    @Test
    default void gradientsAreAddedWithTheirCoefficients() {
        var random = new Random(64);
        for (int n : new int[] {1, 100, 8192, 30_003}) {
            try (var d = device()) {
                var gradient = d.randomFloats(random, 1, n);
                var whole = d.randomFloats(random, 3, 3, n + 5);
                var memories = d.columns(whole, 0, n);
                var coefficients = d.floats(0.5f, 0, -2);
                d.ops().addGradients(gradient.tensor(), memories.tensor(), coefficients);
                var expected = gradient.values().clone();
                for (int e = 0; e < n; e++) {
                    expected[e] += 0.5 * memories.values()[e] - 2 * memories.values()[2 * n + e];
                }
                OpsUnderTest.assertWithin("sum", d.read(gradient.tensor()), expected, 1e-6, 0);
            }
        }
    }

    /** Also where a memory's gradient is infinite, and a zero has a sign. */
    @Test
    default void coefficientsOfZeroLeaveTheBits() {
        try (var d = device()) {
            var values = new float[] {-0f, 1e-42f, Float.MIN_VALUE, 3, Float.NaN};
            var gradient = d.array(DType.F32, values, 5).tensor();
            var memories = d.array(DType.F32, new float[] {1, 2, 3, 4, Float.POSITIVE_INFINITY}, 1, 5);
            d.ops().addGradients(gradient, memories.tensor(), d.floats(0));
            assertThat(d.backend().download(gradient).toFloats()).containsExactly(values);
        }
    }

    @Test
    default void coefficientsThatAreNoNumbersReachEveryElement() {
        try (var d = device()) {
            var gradient = d.randomFloats(new Random(65), 1, 9000).tensor();
            var memories = d.randomFloats(new Random(66), 1, 2, 9000).tensor();
            d.ops().addGradients(gradient, memories, d.floats(0, Float.NaN));
            for (double g : d.read(gradient)) assertThat(g).isNaN();
        }
    }
}
