package org.halftune.hft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;

class DrawStreamTest {

    @Test
    void everyOrderIsEquallyLikely() {
        var seen = new HashMap<List<Integer>, Long>();
        for (int seed = 0; seed < 24_000; seed++) {
            var list = new ArrayList<>(List.of(0, 1, 2, 3));
            DrawStream.of(seed, 0, 1).shuffle(list);
            seen.merge(list, 1L, Long::sum);
        }
        assertThat(seen).hasSize(24);
        assertThat(chiSquareP(seen.values().stream().mapToLong(x -> x).toArray()))
                .isGreaterThan(1e-3);
    }

    @Test
    void adjacentSeedsRoundsAndStreamsAreIndependent() {
        var firsts = new HashSet<Long>();
        for (int seed = 0; seed < 20; seed++) {
            for (int round = 0; round < 20; round++) {
                for (int stream = 1; stream <= 6; stream++)
                    firsts.add(DrawStream.of(seed, round, stream).next());
            }
        }
        assertThat(firsts).hasSize(20 * 20 * 6);
    }

    /** Probability of counts at least this uneven under a uniform distribution. */
    static double chiSquareP(long... counts) {
        var expected = new double[counts.length];
        Arrays.fill(expected, 1);
        return new ChiSquareTest().chiSquareTest(expected, counts);
    }
}
