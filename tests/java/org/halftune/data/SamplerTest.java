package org.halftune.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.halftune.data.Sampler.Order;
import org.junit.jupiter.api.Test;

class SamplerTest {

    @Test
    void everyRowComesOncePerEpochAndTheLastBatchIsSmaller() {
        var sampler = new Sampler(10, 4, 42, Order.RANDOM);
        assertThat(sampler.batchesPerEpoch()).isEqualTo(3);
        long position = 0;
        for (int epoch = 0; epoch < 3; epoch++) {
            var seen = new ArrayList<Integer>();
            for (int size : new int[] {4, 4, 2}) {
                assertThat(sampler.epoch(position)).isEqualTo(epoch);
                int[] batch = sampler.batch(position);
                assertThat(batch).hasSize(size);
                Arrays.stream(batch).forEach(seen::add);
                position += batch.length;
            }
            assertThat(seen)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 10).boxed().toList());
        }
    }

    @Test
    void resumedSamplerContinuesWhereItStopped() {
        var whole = new Sampler(23, 5, 7, Order.RANDOM);
        for (long position = 0; position < 100; ) {
            int[] batch = whole.batch(position);
            assertThat(new Sampler(23, 5, 7, Order.RANDOM).batch(position)).isEqualTo(batch);
            position += batch.length;
        }
    }

    @Test
    void orderDependsOnSeedAndEpoch() {
        var orders = new HashSet<List<Integer>>();
        for (long seed = 0; seed < 20; seed++) {
            var sampler = new Sampler(12, 12, seed, Order.RANDOM);
            for (int epoch = 0; epoch < 20; epoch++) {
                orders.add(Arrays.stream(sampler.batch(12L * epoch)).boxed().toList());
            }
        }
        assertThat(orders).hasSize(400);
    }

    @Test
    void shufflesAreUniform() {
        int[][] counts = new int[5][5];
        var sampler = new Sampler(5, 5, 1, Order.RANDOM);
        for (int epoch = 0; epoch < 20_000; epoch++) {
            int[] order = sampler.batch(5L * epoch);
            for (int i = 0; i < 5; i++) counts[i][order[i]]++;
        }
        for (int[] row : counts) for (int count : row) assertThat(count).isBetween(3780, 4220); // 4000 ± 4 σ (σ = 57)
    }

    @Test
    void orderIsTheSameInEveryVersion() {
        assertThat(new Sampler(10, 10, 42, Order.RANDOM).batch(10)).containsExactly(7, 5, 6, 2, 8, 4, 1, 9, 3, 0);
        assertThat(new Sampler(4, 3, 42, Order.SEQUENTIAL).batch(3)).containsExactly(3);
    }
}
