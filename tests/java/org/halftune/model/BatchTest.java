package org.halftune.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {
    @Test
    void paddingTokensAreSequencesOfTheirOwnWithoutTargets() {
        var ids = List.of(new int[] {7, 8, 9}, new int[] {5, 6});
        var padded = Batch.of(ids, ids).padded(8);
        assertThat(padded.tokens()).containsExactly(7, 8, 9, 5, 6, 7, 7, 7);
        assertThat(padded.targets()).containsExactly(8, 9, -100, 6, -100, -100, -100, -100);
        assertThat(padded.starts()).containsExactly(0, 3, 5, 6, 7, 8);
        assertThat(padded.labelledCount()).isEqualTo(3);
    }

    @Test
    void whatIsLongEnoughStaysAsItIs() {
        var batch = Batch.of(List.of(new int[8], new int[8]));
        assertThat(batch.padded(8)).isSameAs(batch);
        assertThat(batch.padded(1)).isSameAs(batch);
        assertThat(Batch.of(List.of()).padded(64).tokenCount()).isZero();
    }

    @Test
    void capacityHoldsWhateverItHeldAfterPadding() {
        for (int tokens = 1; tokens < 20; tokens++) {
            var padded = Batch.of(List.of(new int[tokens])).padded(8);
            var capacity = new Capacity(tokens, 1).padded(8);
            assertThat(capacity.tokens()).isEqualTo(padded.tokenCount());
            assertThat(capacity.sequences()).isGreaterThanOrEqualTo(padded.sequenceCount());
        }
        assertThat(new Capacity(5, 2).padded(1)).isEqualTo(new Capacity(5, 2));
    }
}
