package org.halftune.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.halftune.tensor.DType;
import org.junit.jupiter.api.Test;

/** The choice of the next token. */
interface SamplingOps extends OpsUnderTest {

    /** Enough to tell frequencies apart; a GPU draws them all in parallel, an emulated one does not. */
    private int draws() {
        return backend().storage() == DType.F32 ? 5000 : 400;
    }

    /** What is chosen from the same logits with each of these numbers. */
    private int[] choose(float[] logits, float[] uniforms, double temperature, double topP) {
        try (var d = device()) {
            int rows = uniforms.length, vocabulary = logits.length;
            var all = new float[rows * vocabulary];
            for (int r = 0; r < rows; r++) System.arraycopy(logits, 0, all, r * vocabulary, vocabulary);
            var ids = d.ints(new int[rows]);
            d.ops()
                    .sample(
                            ids,
                            d.array(DType.F32, all, rows, vocabulary).tensor(),
                            d.array(DType.F32, uniforms, rows).tensor(),
                            temperature,
                            topP);
            var host = backend().download(ids);
            var chosen = new int[rows];
            for (int r = 0; r < rows; r++) chosen[r] = (int) host.get(r);
            return chosen;
        }
    }

    private int greedy(float... logits) {
        return choose(logits, new float[] {0.5f}, 0, 1)[0];
    }

    private long[] count(float[] logits, double temperature, double topP) {
        var random = new Random(7);
        var uniforms = new float[draws()];
        for (int i = 0; i < uniforms.length; i++) uniforms[i] = random.nextFloat();
        var counts = new long[logits.length];
        for (int id : choose(logits, uniforms, temperature, topP)) counts[id]++;
        return counts;
    }

    @Test
    default void greedyTakesTheLowestIdOfEquals() {
        assertThat(greedy(0, 3, -1, 3)).isEqualTo(1);
        assertThat(greedy(-0.0f, 0.0f)).isEqualTo(0);
        assertThat(greedy(Float.NEGATIVE_INFINITY, -5)).isEqualTo(1);
        var many = new float[3000];
        many[1777] = many[2999] = 2;
        assertThat(greedy(many)).isEqualTo(1777);
    }

    @Test
    default void frequenciesFollowTheSoftmax() {
        float[] logits = {1.5f, -0.5f, 0, 2, 0.7f};
        for (double temperature : new double[] {0.5, 1, 2}) {
            var expected = new double[logits.length];
            for (int i = 0; i < logits.length; i++) expected[i] = Math.exp(logits[i] / temperature);
            assertThat(new ChiSquareTest().chiSquareTest(expected, count(logits, temperature, 1)))
                    .as("p-value at temperature " + temperature)
                    .isGreaterThan(0.001);
        }
    }

    @Test
    default void insideTheNucleusFrequenciesKeepTheirProportions() {
        // Probabilities 0.1, 0.2, 0.3, 0.4: the largest three reach 0.75.
        var logits = new float[4];
        for (int i = 0; i < 4; i++) logits[i] = (float) Math.log(0.1 * (i + 1));
        long[] observed = count(logits, 1, 0.75);
        assertThat(observed[0]).isZero();
        assertThat(new ChiSquareTest()
                        .chiSquareTest(new double[] {2, 3, 4}, new long[] {observed[1], observed[2], observed[3]}))
                .isGreaterThan(0.001);
    }

    /** Uncut, ids follow one another in their own order; cut, the most probable comes first. */
    @Test
    default void theSmallestNumberTakesTheFirstAndTheLargestTheLast() {
        float[] logits = {0, 2, 1, Float.NEGATIVE_INFINITY};
        float largest = 1 - 0x1p-24f;
        assertThat(choose(logits, new float[] {0, largest}, 1, 1)).containsExactly(0, 2);
        assertThat(choose(logits, new float[] {0, largest}, 1, 0.95)).containsExactly(1, 0);
        assertThat(choose(logits, new float[] {0, largest}, 1, 0.01)).containsExactly(1, 1);
    }

    @Test
    default void extremeTemperaturesStayFinite() {
        float[] logits = {-1e30f, 1e30f, Float.NEGATIVE_INFINITY};
        assertThat(count(logits, 1e-300, 1)).containsExactly(0, draws(), 0);
        assertThat(count(logits, 1e300, 0.999)[2]).isZero();
    }

    @Test
    default void logitsThatAreNoNumbersHaveNoNextToken() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            for (double temperature : new double[] {0, 1}) {
                assertThat(choose(new float[] {0, bad, 1}, new float[] {0.3f}, temperature, 0.9))
                        .containsExactly(-1);
                assertThat(choose(new float[] {bad, 1, 2}, new float[] {0.3f}, temperature, 0.9))
                        .containsExactly(-1);
            }
        }
    }
}
