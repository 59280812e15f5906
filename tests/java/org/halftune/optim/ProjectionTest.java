package org.halftune.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;

/** The projection of Gradient Episodic Memory, by hand and against all active sets. */
class ProjectionTest {

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
        return sum;
    }

    private static Projection project(double strength, double[] gradient, double[]... memories) {
        int count = memories.length + 1;
        var products = new double[count * (count + 1) / 2];
        int at = 0;
        for (int i = 0; i < count; i++) {
            for (int j = 0; j <= i; j++) {
                products[at++] = dot(i == 0 ? gradient : memories[i - 1], j == 0 ? gradient : memories[j - 1]);
            }
        }
        return Projection.of(products, memories.length, strength);
    }

    private static double[] projected(double[] coefficients, double[] gradient, double[]... memories) {
        var result = gradient.clone();
        for (int k = 0; k < memories.length; k++) {
            for (int i = 0; i < result.length; i++) result[i] += coefficients[k] * memories[k][i];
        }
        return result;
    }

    private static double[] v(double... values) {
        return values;
    }

    /** g = (1, −1), g₁ = (0, 2): ⟨g, g₁⟩ = −2, so v = 2/4 and g̃ = (1, 0). */
    @Test
    void oneMemoryByHand() {
        var projection = project(0, v(1, -1), v(0, 2));
        assertThat(projection.violated()).isOne();
        assertThat(projection.coefficients()).containsExactly(v(0.5), within(1e-15));
        assertThat(projected(projection.coefficients(), v(1, -1), v(0, 2))).containsExactly(v(1, 0), within(1e-15));
    }

    /**
     * g = (−1, −2, 3), g₁ = (1, 0, 0), g₂ = (1, 1, 0): both are violated, −1 and −3. Alone, g₂ needs v₂ = 3/2 and leaves (0.5, −0.5, 3),
     * which has 0.5 with g₁. So g₁ does not count, though g violated it.
     */
    @Test
    void twoMemoriesOfWhichOneIsEnoughByHand() {
        var g = v(-1, -2, 3);
        var projection = project(0, g, v(1, 0, 0), v(1, 1, 0));
        assertThat(projection.violated()).isEqualTo(2);
        assertThat(projection.coefficients()).containsExactly(v(0, 1.5), within(1e-15));
        assertThat(projected(projection.coefficients(), g, v(1, 0, 0), v(1, 1, 0)))
                .containsExactly(v(0.5, -0.5, 3), within(1e-15));
    }

    /**
     * g = (−2, −1, 3), g₁ = (1, 0, 0), g₂ = (1, 1, 0): violated −2 and −3. With P = (1 1; 1 2) and b = (−2, −3), Pv = −b gives v =
     * (1, 1), and g̃ = (0, 0, 3): orthogonal to both.
     */
    @Test
    void twoMemoriesThatBothCountByHand() {
        var g = v(-2, -1, 3);
        var projection = project(0, g, v(1, 0, 0), v(1, 1, 0));
        assertThat(projection.violated()).isEqualTo(2);
        assertThat(projection.coefficients()).containsExactly(v(1, 1), within(1e-14));
        assertThat(projected(projection.coefficients(), g, v(1, 0, 0), v(1, 1, 0)))
                .containsExactly(v(0, 0, 3), within(1e-14));
    }

    /** Only g₁ is violated, but its correction alone would violate g₂. */
    @Test
    void memoryThatOnlyTheCorrectionViolatesCounts() {
        // g₁ = (1, 0), g₂ = (−1, 1), g = (−1, 0.5): ⟨g, g₁⟩ = −1, ⟨g, g₂⟩ = 1.5; with v₁ = 1, (0, 0.5) has 0.5 with g₂:
        // enough.
        assertThat(project(0, v(-1, 0.5), v(1, 0), v(-1, 1)).coefficients()).containsExactly(v(1, 0), within(1e-15));
        // With g = (−1, −0.5): 0.5 before, and −0.5 after v₁ = 1. P = (1 −1; −1 2), b = (−1, 0.5): v = (1.5, 0.5), g̃ =
        // (0, 0).
        var projection = project(0, v(-1, -0.5), v(1, 0), v(-1, 1));
        assertThat(projection.violated()).isOne();
        assertThat(projection.coefficients()).containsExactly(v(1.5, 0.5), within(1e-14));
    }

    @Test
    void gradientThatViolatesNoneStays() {
        for (double strength : v(0, 0.5)) {
            var projection = project(strength, v(1, 1), v(1, 0), v(0, 1), v(1, -1), v(0, 0));
            assertThat(projection).extracting(Projection::violated).isEqualTo(0);
            assertThat(projection.coefficients()).containsOnly(0);
        }
    }

    /** γ = 0.5, one memory: v = max(0.5, 0.5) and max(0.5, 0.05); of two memories, the one that is not violated gets γ too. */
    @Test
    void strengthIsTheLeastCoefficientOfAViolatedGradient() {
        assertThat(project(0.5, v(1, -1), v(0, 2)).coefficients()).containsExactly(v(0.5), within(1e-15));
        assertThat(project(0.5, v(1, -0.1), v(0, 2)).coefficients()).containsExactly(v(0.5), within(1e-15));
        assertThat(project(0.5, v(1, -4), v(0, 2), v(1, 0)).coefficients()).containsExactly(v(2, 0.5), within(1e-14));
    }

    @Test
    void productsThatAreNotFiniteGiveNoNumbers() {
        assertThat(project(0.5, v(1, Double.NaN), v(0, 2)).coefficients()).containsOnly(Double.NaN);
        assertThat(project(0.5, v(1, 1), v(0, Double.POSITIVE_INFINITY)).coefficients())
                .containsOnly(Double.NaN);
    }

    @Test
    void repeatedOpposedAndEmptyMemoriesAreNoTrouble() {
        var g = v(-1, -2, 0.5);
        var a = v(1, 0, 0);
        checked(0, g, a, a, a);
        checked(0, g, a, v(-1, 0, 0), v(0, 0, 0));
        checked(0, g, a, v(1e-20, 0, 0), v(1e15, 0, 1e-3), v(0, 1, 0), v(1, 1, 0)); // of very different lengths
        checked(0.5, g, a, a, v(-1, 0, 0), v(0, 0, 0), v(0, 1, 0), v(1, 1, 0));
    }

    @Test
    void randomCasesFulfilTheConditionsAndHaveTheLeastDistance() {
        var random = new Random(7);
        for (int round = 0; round < 400; round++) {
            int memories = 1 + random.nextInt(10), size = 1 + random.nextInt(14); // often dependent
            var rows = new double[memories][];
            for (int k = 0; k < memories; k++) {
                double scale = Math.pow(10, random.nextInt(7) - 3);
                rows[k] = random.doubles(size, -scale, scale).toArray();
                if (k > 0 && random.nextInt(5) == 0)
                    rows[k] = Arrays.stream(rows[k - 1]).map(x -> -2 * x).toArray();
                if (k > 0 && random.nextInt(5) == 0) rows[k] = rows[random.nextInt(k)].clone();
            }
            checked(round % 2 * 0.5, random.doubles(size, -1, 1).toArray(), rows);
        }
    }

    /** Karush, Kuhn and Tucker: v ≥ γ, ⟨g̃, g_k⟩ ≥ 0, and one of them an equation. Then v is a minimum, as the program is convex. */
    private static void checked(double strength, double[] gradient, double[]... memories) {
        var projection = project(strength, gradient, memories);
        if (projection.violated() == 0) return;
        var result = projected(projection.coefficients(), gradient, memories);
        double scale = Math.sqrt(dot(gradient, gradient));
        for (int k = 0; k < memories.length; k++) {
            // By rounding, a product is as wrong as the terms of the sum are large.
            double size = scale;
            for (int j = 0; j < memories.length; j++) {
                size += projection.coefficients()[j] * Math.sqrt(dot(memories[j], memories[j]));
            }
            double length = Math.sqrt(dot(memories[k], memories[k]));
            double slope = length == 0 ? 0 : dot(result, memories[k]) / length;
            assertThat(projection.coefficients()[k]).isGreaterThanOrEqualTo(strength);
            assertThat(slope).as("⟨g̃, g_%d⟩", k).isGreaterThanOrEqualTo(-1e-9 * size);
            if (projection.coefficients()[k] > strength)
                assertThat(slope).as("bound").isLessThanOrEqualTo(1e-9 * size);
        }
        if (strength == 0) {
            double distance = distance(gradient, result), least = leastDistance(gradient, memories);
            assertThat(distance).as("distance").isCloseTo(least, within(1e-7 * scale));
        }
    }

    private static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
        return Math.sqrt(sum);
    }

    /** Over all sets of memories: project onto the complement of their span, and keep the nearest that violates none. */
    private static double leastDistance(double[] gradient, double[][] memories) {
        double least = Double.POSITIVE_INFINITY;
        for (int set = 0; set < 1 << memories.length; set++) {
            int bits = set;
            var rows = IntStream.range(0, memories.length)
                    .filter(k -> (bits >> k & 1) == 1)
                    .mapToObj(k -> memories[k])
                    .map(row -> Arrays.stream(row)
                            .map(x -> x / Math.max(1e-300, Math.sqrt(dot(row, row))))
                            .toArray())
                    .toArray(double[][]::new);
            var candidate = gradient.clone();
            if (rows.length > 0) {
                var columns = new Array2DRowRealMatrix(rows).transpose();
                var solution =
                        new SingularValueDecomposition(columns).getSolver().solve(new ArrayRealVector(gradient));
                for (int i = 0; i < candidate.length; i++) {
                    for (int k = 0; k < rows.length; k++) candidate[i] -= solution.getEntry(k) * rows[k][i];
                }
            }
            double violation = 0;
            for (var memory : memories) {
                violation =
                        Math.min(violation, dot(candidate, memory) / Math.max(1e-300, Math.sqrt(dot(memory, memory))));
            }
            if (violation >= -1e-9) least = Math.min(least, distance(gradient, candidate));
        }
        return least;
    }
}
