package org.halftune.data;

import org.halftune.random.SplitMix64;

/**
 * Random numbers for the order and the choice of rows, from {@link SplitMix64}. A resumed run needs exactly the same
 * ones.
 */
final class OrderStream {
    private final SplitMix64 random;

    /** @param stream independent sequence of this seed: the epoch in {@link Sampler}, negative in {@link Mixture} */
    OrderStream(long seed, long stream) {
        random = new SplitMix64(SplitMix64.mix(seed) + SplitMix64.mix(stream + SplitMix64.GOLDEN_GAMMA));
    }

    /** Uniform in [0, bound): the high half of a 32×32-bit product, with a bias of at most bound/2³². */
    int below(int bound) {
        return (int) (((random.next() >>> 32) * bound) >>> 32);
    }

    /** Shuffles (Fisher–Yates). */
    void shuffle(int[] values) {
        for (int i = values.length - 1; i > 0; i--) {
            int j = below(i + 1);
            int kept = values[i];
            values[i] = values[j];
            values[j] = kept;
        }
    }
}
