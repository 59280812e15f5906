package org.halftune.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NucleusTest {
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
}
