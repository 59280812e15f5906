package org.halftune.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static final Buckets EIGHT = Buckets.ofSinglePasses(8);

    @Test
    void paddingTokensAreSequencesOfTheirOwnWithoutTargets() {
        var ids = List.of(new int[] {7, 8, 9}, new int[] {5, 6});
        var padded = Batch.of(ids, ids).padded(EIGHT);
        assertThat(padded.tokens()).containsExactly(7, 8, 9, 5, 6, 7, 7, 7);
        assertThat(padded.targets()).containsExactly(8, 9, -100, 6, -100, -100, -100, -100);
        assertThat(padded.starts()).containsExactly(0, 3, 5, 6, 7, 8);
        assertThat(padded.labelledCount()).isEqualTo(3);
    }

    @Test
    void batchOfBucketSizeIsNotPadded() {
        var batch = Batch.of(List.of(new int[8], new int[8]));
        assertThat(batch.padded(EIGHT)).isSameAs(batch);
        assertThat(batch.padded(Buckets.ofSinglePasses(1))).isSameAs(batch);
        assertThat(Batch.of(List.of()).padded(Buckets.ofSinglePasses(64)).tokenCount())
                .isZero();
    }

    @Test
    void capacityHoldsEveryBatchAfterPadding() {
        for (int padding : new int[] {1, 8, 64}) {
            for (int most = 1; most < 3000; most += 37) {
                var buckets = Buckets.ofGraphs(padding, most, BucketsTest.SMALL);
                var capacity = buckets.padded(new Capacity(most, 1));
                assertThat(capacity.tokens()).isEqualTo((most + padding - 1) / padding * padding);
                for (int tokens = 1; tokens <= most; tokens += 29) {
                    var padded = Batch.of(List.of(new int[tokens])).padded(buckets);
                    assertThat(padded.tokenCount()).isBetween(tokens, capacity.tokens());
                    assertThat(padded.sequenceCount()).isLessThanOrEqualTo(capacity.sequences());
                }
            }
        }
    }
}
