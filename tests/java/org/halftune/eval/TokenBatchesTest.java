package org.halftune.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.halftune.data.Example;
import org.halftune.model.Capacity;
import org.junit.jupiter.api.Test;

class TokenBatchesTest {

    @Test
    void batchesKeepTheOrderAndTheCapacity() {
        var groups = TokenBatches.group(examples(4, 4, 3, 9, 1, 1), new Capacity(10, 8));
        assertThat(lengths(groups)).containsExactly(List.of(4, 4), List.of(3), List.of(9, 1), List.of(1));
        assertThat(lengths(TokenBatches.group(examples(1, 1, 1), new Capacity(10, 2))))
                .containsExactly(List.of(1, 1), List.of(1));
    }

    @Test
    void capacityFitsTheLongestExampleAndIsNotTooLarge() {
        assertThat(TokenBatches.capacity(examples(4, 12, 3), 10)).isEqualTo(new Capacity(12, 1));
        assertThat(TokenBatches.capacity(examples(4, 4, 3), 8)).isEqualTo(new Capacity(8, 2));
        assertThat(TokenBatches.capacity(examples(2, 3), 4096)).isEqualTo(new Capacity(5, 2));
    }

    @Test
    void exampleBeyondTheCapacityIsRefused() {
        assertThatThrownBy(() -> TokenBatches.group(examples(11), new Capacity(10, 8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void windowsCoverTheTextOnce() {
        var windows = TokenBatches.windows(IntStream.range(0, 10).toArray(), 4);
        assertThat(windows).extracting(e -> e.inputIds().length).containsExactly(4, 4, 2);
        assertThat(windows.get(1).inputIds()).containsExactly(4, 5, 6, 7);
        assertThat(windows.get(1).labels()).containsExactly(4, 5, 6, 7);
        assertThat(TokenBatches.windows(IntStream.range(0, 9).toArray(), 4)).hasSize(2);
    }

    private static List<Example> examples(int... lengths) {
        return IntStream.of(lengths)
                .mapToObj(n -> new Example(new int[n], new int[n]))
                .toList();
    }

    private static List<List<Integer>> lengths(List<List<Example>> groups) {
        return groups.stream()
                .map(g -> g.stream().map(e -> e.inputIds().length).toList())
                .toList();
    }
}
