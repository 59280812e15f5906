package org.halftune.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PackingTest {

    @Test
    void longestExamplesGoFirstIntoTheTightestRow() {
        assertThat(packed(10, 3, 7, 5, 2, 3)).containsExactly(List.of(1, 0), List.of(2, 4, 3));
        assertThat(packed(10, 10, 10)).containsExactly(List.of(0), List.of(1));
        assertThat(packed(10)).isEmpty();
    }

    @Test
    void rowsEqualThoseOfAnImplementationWithSortedMaps() {
        var random = new Random(3);
        for (int round = 0; round < 400; round++) {
            int maxLength = 1 + random.nextInt(60);
            int[] lengths = random.ints(random.nextInt(80), 1, maxLength + 1).toArray();
            assertThat(packed(maxLength, lengths)).isEqualTo(expected(maxLength, lengths));
        }
    }

    @Test
    void everyExampleIsPackedWholeAndOnce() {
        int[] lengths = new Random(4).ints(200_000, 1, 513).toArray();
        var packed = Packing.pack(lengths.length, i -> lengths[i], 512);
        int from = 0;
        for (int end : packed.ends()) {
            assertThat(Arrays.stream(packed.examples(), from, end)
                            .map(i -> lengths[i])
                            .sum())
                    .isBetween(1, 512);
            from = end;
        }
        assertThat(from).isEqualTo(lengths.length);
        assertThat(Arrays.stream(packed.examples()).distinct().count()).isEqualTo(lengths.length);
    }

    private static List<List<Integer>> packed(int maxLength, int... lengths) {
        var packed = Packing.pack(lengths.length, i -> lengths[i], maxLength);
        var rows = new ArrayList<List<Integer>>();
        int from = 0;
        for (int end : packed.ends()) {
            rows.add(Arrays.stream(packed.examples(), from, end).boxed().toList());
            from = end;
        }
        return rows;
    }

    /** A straightforward implementation of best-fit decreasing. */
    private static List<List<Integer>> expected(int maxLength, int... lengths) {
        var rows = new ArrayList<List<Integer>>();
        var rowsByRoom = new TreeMap<Integer, Deque<List<Integer>>>();
        var order = IntStream.range(0, lengths.length)
                .boxed()
                .sorted(Comparator.comparingInt(i -> -lengths[i]))
                .toList();
        for (int i : order) {
            var fitting = rowsByRoom.ceilingEntry(lengths[i]);
            int room = fitting == null ? maxLength : fitting.getKey();
            List<Integer> row;
            if (fitting == null) {
                row = new ArrayList<>();
                rows.add(row);
            } else {
                row = fitting.getValue().removeFirst();
                if (fitting.getValue().isEmpty()) rowsByRoom.remove(room);
            }
            row.add(i);
            if (room > lengths[i]) {
                rowsByRoom
                        .computeIfAbsent(room - lengths[i], _ -> new ArrayDeque<>())
                        .addLast(row);
            }
        }
        return rows;
    }
}
