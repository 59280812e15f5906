package org.halftune.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LengthHistogramTest {

    @Test
    void everyRowIsInOneOfAtMostTenBins() {
        var random = new Random(1);
        for (int most : new int[] {1, 2, 9, 10, 11, 99, 1000, 1_000_000}) {
            List<Integer> lengths = IntStream.range(0, 500)
                    .map(_ -> 1 + random.nextInt(most))
                    .boxed()
                    .toList();
            var bins = LengthHistogram.of(counted(lengths)).bins();
            assertThat(bins).hasSizeBetween(1, 10);
            assertThat(bins.stream().mapToInt(LengthHistogram.Bin::rows).sum()).isEqualTo(500);
            for (var bin : bins) {
                assertThat(lengths.stream().filter(n -> n >= bin.from() && n <= bin.to()))
                        .hasSize(bin.rows());
            }
        }
        assertThat(LengthHistogram.of(counted(List.of())).bins()).isEmpty();
        assertThat(LengthHistogram.of(counted(List.of(80, 129))).bins().getFirst())
                .isEqualTo(new LengthHistogram.Bin(80, 89, 1));
    }

    private static TreeMap<Integer, Integer> counted(List<Integer> lengths) {
        var counts = new TreeMap<Integer, Integer>();
        lengths.forEach(length -> counts.merge(length, 1, Integer::sum));
        return counts;
    }
}
