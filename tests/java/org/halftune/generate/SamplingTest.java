package org.halftune.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest {
    private static final int DRAWS = 20_000;

    @Test
    void greedyTakesTheLowestIdOfEquals() {
        assertThat(new Sampling.Greedy().choose(new float[] {0, 3, -1, 3}, 0, 0))
                .isEqualTo(1);
        assertThat(new Sampling.Greedy().choose(new float[] {-0.0f, 0.0f}, 0, 0))
                .isEqualTo(0);
        assertThat(new Sampling.Greedy().choose(new float[] {Float.NEGATIVE_INFINITY, -5}, 0, 0))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 2})
    void frequenciesFollowTheSoftmax(double temperature) {
        float[] logits = {1.5f, -0.5f, 0, 2, 0.7f};
        var expected = new double[logits.length];
        for (int i = 0; i < logits.length; i++) expected[i] = Math.exp(logits[i] / temperature);

        long[] observed = count(Sampling.of(temperature, 1, 1), logits);

        assertThat(new ChiSquareTest().chiSquareTest(expected, observed))
                .as("p-value of %s", java.util.Arrays.toString(observed))
                .isGreaterThan(0.001);
    }

    @Test
    void insideTheNucleusFrequenciesKeepTheirProportions() {
        // Probabilities 0.1, 0.2, 0.3, 0.4: the largest three reach 0.75.
        long[] observed = count(Sampling.of(1, 0.75, 5), logarithms(0.1, 0.2, 0.3, 0.4));

        assertThat(observed[0]).isZero();
        assertThat(new ChiSquareTest()
                        .chiSquareTest(new double[] {2, 3, 4}, new long[] {observed[1], observed[2], observed[3]}))
                .isGreaterThan(0.001);
    }

    @ParameterizedTest(name = "top_p {0}: {1} of 0.5, 0.25, 0.125, 0.125")
    @CsvSource({"0.01, 1", "0.5, 1", "0.5000001, 2", "0.75, 2", "0.76, 3", "0.875, 3", "0.9, 4", "1, 4"})
    void nucleusIsTheFewestThatReachTopP(double topP, int size) {
        // Differences of ln 2 in float are inexact; multiples of 16 at temperature 16/ln 2 give exact powers of two.
        var nucleus = Nucleus.of(new float[] {16, 48, 32, 16}, 16 / Math.log(2), topP);

        assertThat(nucleus.ids()).hasSize(size);
        if (topP < 1) assertThat(nucleus.ids()).startsWith(1);
        if (size == 3) assertThat(nucleus.ids()).as("the lower id of equals").containsExactly(1, 2, 0);
    }

    @Test
    void nucleusOfManyIdsEqualsThatOfAFullSort() {
        var random = new java.util.Random(3);
        for (int round = 0; round < 50; round++) {
            var logits = new float[1 + random.nextInt(400)];
            for (int i = 0; i < logits.length; i++) logits[i] = Math.round(random.nextGaussian() * 20) / 8f;
            double topP = random.nextDouble() * 0.98 + 0.01;
            double total = 0;
            for (float l : logits) total += Math.exp(l);
            int[] sorted = IntStream.range(0, logits.length)
                    .boxed()
                    .sorted((a, b) -> logits[a] == logits[b] ? a - b : Float.compare(logits[b], logits[a]))
                    .mapToInt(i -> i)
                    .toArray();
            int n = 0;
            for (double mass = 0; mass < topP * total && n < sorted.length; n++) mass += Math.exp(logits[sorted[n]]);

            assertThat(Nucleus.of(logits, 1, topP).ids()).containsExactly(java.util.Arrays.copyOf(sorted, n));
        }
    }

    @Test
    void drawsDependOnSeedSequenceAndPosition() {
        var logits = new float[1000];
        var sampling = Sampling.of(1, 1, 9);
        int reference = sampling.choose(logits, 2, 3);

        assertThat(Sampling.of(1, 1, 9).choose(logits, 2, 3)).isEqualTo(reference);
        assertThat(Sampling.of(1, 1, 10).choose(logits, 2, 3)).isNotEqualTo(reference);
        assertThat(sampling.choose(logits, 3, 2)).isNotEqualTo(reference);
        assertThat(sampling.choose(logits, 2, 4)).isNotEqualTo(reference);
    }

    @Test
    void extremeTemperaturesStayFinite() {
        float[] logits = {-1e30f, 1e30f, Float.NEGATIVE_INFINITY};
        assertThat(count(Sampling.of(1e-300, 1, 1), logits)).containsExactly(0, DRAWS, 0);
        assertThat(count(Sampling.of(1e300, 0.999, 1), logits)[2]).isZero();
    }

    @Test
    void temperatureZeroIsGreedy() {
        assertThat(Sampling.of(0, 0.5, 1)).isEqualTo(new Sampling.Greedy());
    }

    @ParameterizedTest
    @CsvSource({
        "-0.1, 1, --temperature",
        "NaN, 1, --temperature",
        "Infinity, 1, --temperature",
        "1, 0, --top_p",
        "0, 1.01, --top_p",
        "1, -1, --top_p",
        "1, NaN, --top_p"
    })
    void outOfRangeFlagsAreNamed(double temperature, double topP, String flag) {
        assertThatThrownBy(() -> Sampling.of(temperature, topP, 1))
                .isInstanceOfSatisfying(
                        InputError.class, e -> assertThat(e.where()).isEqualTo(flag));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void unusableLogitsAreAnError(float bad) {
        for (var sampling : new Sampling[] {new Sampling.Greedy(), Sampling.of(1, 0.9, 1)}) {
            assertThatThrownBy(() -> sampling.choose(new float[] {0, bad, 1}, 0, 0))
                    .isInstanceOf(InputError.class);
            assertThatThrownBy(() -> sampling.choose(new float[] {bad, 1, 2}, 0, 0))
                    .isInstanceOf(InputError.class);
        }
    }

    private static long[] count(Sampling sampling, float[] logits) {
        var counts = new long[logits.length];
        for (int i = 0; i < DRAWS; i++) counts[sampling.choose(logits, i / 100, i % 100)]++;
        return counts;
    }

    private static float[] logarithms(double... probabilities) {
        var logits = new float[probabilities.length];
        for (int i = 0; i < logits.length; i++) logits[i] = (float) Math.log(probabilities[i]);
        return logits;
    }
}
