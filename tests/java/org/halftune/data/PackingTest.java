package org.halftune.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackingTest {

    @Test
    void theLongestGoFirstEachWhereLeastRoomStays() {
        assertThat(lengths(Packing.pack(examples(3, 7, 5, 2, 3), 10))).containsExactly(List.of(7, 3), List.of(5, 3, 2));
        assertThat(lengths(Packing.pack(examples(10, 10), 10))).containsExactly(List.of(10), List.of(10));
        assertThat(Packing.pack(List.of(), 10)).isEmpty();
    }

    @Test
    void everyExampleStaysWholeAndComesOnce() {
        var random = new Random(3);
        for (int round = 0; round < 200; round++) {
            int maxLength = 1 + random.nextInt(60);
            List<Example> examples =
                    examples(random.ints(random.nextInt(80), 1, maxLength + 1).toArray());
            List<List<Example>> rows = Packing.pack(examples, maxLength);
            assertThat(rows)
                    .allSatisfy(row -> assertThat(
                                    row.stream().mapToInt(Example::length).sum())
                            .isLessThanOrEqualTo(maxLength));
            assertThat(rows.stream()
                            .flatMap(List::stream)
                            .map(System::identityHashCode)
                            .toList())
                    .containsExactlyInAnyOrderElementsOf(
                            examples.stream().map(System::identityHashCode).toList());
            assertThat(lengths(Packing.pack(examples, maxLength))).isEqualTo(lengths(rows));
        }
    }

    private static List<Example> examples(int... lengths) {
        var examples = new ArrayList<Example>();
        for (int length : lengths) examples.add(new Example(new int[length], new int[length]));
        return examples;
    }

    private static List<List<Integer>> lengths(List<List<Example>> rows) {
        return rows.stream()
                .map(row -> row.stream().map(Example::length).toList())
                .toList();
    }
}
