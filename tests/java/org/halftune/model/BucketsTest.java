package org.halftune.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.halftune.plan.Gpu;
import org.halftune.plan.Rates;
import org.halftune.tensor.DType;
import org.junit.jupiter.api.Test;

class BucketsTest {
    /** SmolLM2-135M's shape, and Llama-3.1-8B's. */
    static final LlamaConfig SMALL = config(30, 576, 1536, 9, 3, 49_152);

    private static final LlamaConfig LARGE = config(32, 4096, 14_336, 32, 8, 128_256);
    private static final int LARGEST = 8000;
    private final Buckets buckets = Buckets.ofGraphs(64, LARGEST, SMALL);

    @Test
    void paddingAddsAtMostOnePartOrTheMinimum() {
        for (int count = 1; count <= LARGEST; count++) {
            int tokens = buckets.tokens(count);
            assertThat(tokens % 64).isZero();
            assertThat(tokens - count).as("%d tokens", count).isBetween(0, Math.max(63, count / 8));
            int rows = buckets.rows(count, tokens);
            assertThat(rows % 64).isZero();
            assertThat(rows - count).as("%d rows", count).isBetween(0, Math.max(63, count / 4));
            assertThat(rows).isLessThanOrEqualTo(tokens);
        }
    }

    @Test
    void bucketsAreFewAndMapToThemselves() {
        var lengths = IntStream.rangeClosed(1, LARGEST)
                .map(buckets::tokens)
                .distinct()
                .toArray();
        assertThat(lengths).hasSizeLessThan(45).isSorted();
        assertThat(IntStream.of(lengths).map(buckets::tokens))
                .containsExactly(Arrays.stream(lengths).boxed().toArray(Integer[]::new));
    }

    @Test
    void largestBatchIsPaddedOnlyToTheMinimum() {
        assertThat(buckets.tokens(LARGEST)).isEqualTo(8000);
        assertThat(buckets.tokens(7900)).isEqualTo(8000);
        assertThat(Buckets.ofGraphs(64, 1300, SMALL).tokens(1300)).isEqualTo(1344);
    }

    /** Its padding would take longer than the launches of a step. */
    @Test
    void tokensOfALargeModelArePaddedToTheMinimum() {
        var large = Buckets.ofGraphs(64, LARGEST, LARGE);
        for (int count = 1; count <= LARGEST; count++)
            assertThat(large.tokens(count)).isEqualTo((count + 63) / 64 * 64);
    }

    @Test
    void batchesAreNotPaddedWithoutRecording() {
        var none = Buckets.ofGraphs(1, LARGEST, SMALL);
        assertThat(none.tokens(1001)).isEqualTo(1001);
        assertThat(none.rows(17, 1001)).isEqualTo(17);
        assertThat(none.padded(new Capacity(1001, 3))).isEqualTo(new Capacity(1001, 3));
    }

    private static LlamaConfig config(
            int layers, int hidden, int intermediate, int heads, int keyValueHeads, int vocabulary) {
        return new LlamaConfig(
                vocabulary,
                hidden,
                intermediate,
                layers,
                heads,
                keyValueHeads,
                hidden / heads,
                8192,
                1e-5f,
                new Rope.Default(10_000),
                true,
                0.02f,
                DType.BF16);
    }

    @Test
    void launchCostsWhatPlanAssumes() {
        for (var gpu : Gpu.values()) {
            var rates = Rates.of(gpu);
            assertThat(rates.launch().value() - rates.graphLaunch().value())
                    .as(gpu.title())
                    .isCloseTo(Buckets.LAUNCH, within(1e-12));
        }
    }
}
