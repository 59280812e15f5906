package org.halftune.hft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;

class SplitMixTest {

    /** The numbers that splitmix64.c gives for the state 1234567, as published on Rosetta Code. */
    @Test
    void givesThePublishedNumbers() {
        var random = new SplitMix(1234567);
        assertThat(new long[] {random.next(), random.next(), random.next(), random.next(), random.next()})
                .containsExactly(
                        6457827717110365317L,
                        3203168211198807973L,
                        Long.parseUnsignedLong("9817491932198370423"),
                        4593380528125082431L,
                        Long.parseUnsignedLong("16408922859458223821"));
    }

    @Test
    void everyOrderIsEquallyLikely() {
        var seen = new HashMap<List<Integer>, Long>();
        for (int seed = 0; seed < 24_000; seed++) {
            var list = new ArrayList<>(List.of(0, 1, 2, 3));
            SplitMix.of(seed, 0, 1).shuffle(list);
            seen.merge(list, 1L, Long::sum);
        }
        assertThat(seen).hasSize(24);
        assertThat(chiSquareP(seen.values().stream().mapToLong(x -> x).toArray()))
                .isGreaterThan(1e-3);
    }

    @Test
    void neighbouringSeedsRoundsAndStreamsShareNothing() {
        var firsts = new HashSet<Long>();
        for (int seed = 0; seed < 20; seed++) {
            for (int round = 0; round < 20; round++) {
                for (int stream = 1; stream <= 6; stream++)
                    firsts.add(SplitMix.of(seed, round, stream).next());
            }
        }
        assertThat(firsts).hasSize(20 * 20 * 6);
    }

    /** Probability of counts at least as uneven as these if all were equally likely. */
    static double chiSquareP(long... counts) {
        var expected = new double[counts.length];
        Arrays.fill(expected, 1);
        return new ChiSquareTest().chiSquareTest(expected, counts);
    }
}
