package org.halftune.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.halftune.problem.InputError;
import org.halftune.source.DataPart;
import org.junit.jupiter.api.Test;

class MixtureTest {

    @Test
    void withoutWeightsEveryExampleIsUsed() {
        assertThat(Mixture.choose(List.of(part(), part()), new int[] {3, 4}, 1)).isEmpty();
    }

    @Test
    void dataSetThatRunsOutFirstIsUsedCompletely() {
        assertThat(counts(new int[] {700, 5000}, 0.7, 0.3)).containsExactly(700, 300);
        assertThat(counts(new int[] {1000, 1000}, 1, 3)).containsExactly(333, 1000);
        assertThat(counts(new int[] {10, 10, 10}, 2, 2, 2)).containsExactly(10, 10, 10);
        assertThat(counts(new int[] {5}, 0.1)).containsExactly(5);
        assertThat(counts(new int[] {2_000_000, 1_500_000}, 1e-3, 1e3)).containsExactly(2, 1_500_000);
    }

    @Test
    void drawIsAnOrderedSubsetDeterminedByTheSeed() {
        var chosen = Mixture.choose(List.of(part(1), part(9)), new int[] {10, 900}, 5)
                .orElseThrow();
        assertThat(chosen.get(0)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(chosen.get(1)).hasSize(90).isSorted().doesNotHaveDuplicates();
        assertThat(chosen.get(1)[0]).isGreaterThanOrEqualTo(10);
        assertThat(Mixture.choose(List.of(part(1), part(9)), new int[] {10, 900}, 5)
                        .orElseThrow()
                        .get(1))
                .isEqualTo(chosen.get(1));
        assertThat(Mixture.choose(List.of(part(1), part(9)), new int[] {10, 900}, 6)
                        .orElseThrow()
                        .get(1))
                .isNotEqualTo(chosen.get(1));
    }

    @Test
    void weightThatLeavesNoRowIsAnError() {
        var error = catchThrowableOfType(InputError.class, () -> counts(new int[] {10, 10}, 1, 0.01));
        assertThat(error.what())
                .isEqualTo("with its weight no row of b would be used: a, which runs out first, has 10 rows");
    }

    @Test
    void dataSetsAreInterleavedEvenly() {
        assertThat(Mixture.interleaved(List.of(new int[] {0, 1, 2, 3, 4, 5}, new int[] {6, 7})))
                .containsExactly(0, 1, 6, 2, 3, 4, 7, 5);
    }

    @Test
    void drawnRowsRepeatOnlyAfterAllWereDrawn() {
        var drawn = new DataPart(
                "a",
                () -> {
                    throw new AssertionError();
                },
                OptionalDouble.empty(),
                OptionalInt.empty(),
                OptionalInt.of(7));
        int[] chosen = Mixture.choose(List.of(part(), drawn), new int[] {2, 3}, 1)
                .orElseThrow()
                .get(1);
        assertThat(chosen).hasSize(7);
        assertThat(Arrays.stream(chosen).limit(3).boxed()).containsExactlyInAnyOrder(2, 3, 4);
        assertThat(Arrays.stream(chosen).skip(3).limit(3).boxed()).containsExactlyInAnyOrder(2, 3, 4);
    }

    @Test
    void rowsOfAMemoryRepeatOnlyAfterTheWholeMemoryAndAreTheSameInEveryRound() {
        int[] whole = memory(4, 4, 9);
        int[] twice = memory(4, 10, 9);
        assertThat(whole).doesNotHaveDuplicates().hasSize(4);
        assertThat(Arrays.copyOf(twice, 4)).isEqualTo(whole);
        assertThat(Arrays.copyOfRange(twice, 4, 8)).isEqualTo(whole);
        assertThat(memory(4, 4, 8)).isNotEqualTo(whole);
        assertThat(memory(40, 6, 9)).as("a memory that is larger than the data").doesNotHaveDuplicates();
    }

    private static int[] memory(int kept, int count, long seed) {
        return Mixture.choose(List.of(part().remembered(kept, count), part()), new int[] {20, 3}, seed)
                .orElseThrow()
                .getFirst();
    }

    private static List<Integer> counts(int[] sizes, double... weights) {
        var parts = new ArrayList<DataPart>();
        for (int i = 0; i < weights.length; i++) {
            parts.add(DataPart.of(Path.of(String.valueOf((char) ('a' + i)))).withWeight(OptionalDouble.of(weights[i])));
        }
        return Mixture.choose(parts, sizes, 1).orElseThrow().stream()
                .map(part -> part.length)
                .toList();
    }

    private static DataPart part(double weight) {
        return part().withWeight(OptionalDouble.of(weight));
    }

    private static DataPart part() {
        return DataPart.of(Path.of("rows.jsonl"));
    }
}
