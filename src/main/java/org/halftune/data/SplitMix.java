package org.halftune.data;

/**
 * SplitMix64 (Steele, Lea, Flood 2014, Fast Splittable Pseudorandom Number Generators), written out so that an order
 * stays the same in every Java version.
 */
final class SplitMix {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;
    private long state;

    /** @param stream of the numbers of one seed: an epoch, from 0, in {@link Sampler}; below 0 in {@link Mixture} */
    SplitMix(long seed, long stream) {
        state = mix(seed) + mix(stream + GAMMA);
    }

    /** Uniform in [0, bound): the high half of a 32×32-bit product; the bias of at most bound/2³² is left. */
    int below(int bound) {
        state += GAMMA;
        return (int) (((mix(state) >>> 32) * bound) >>> 32);
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

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
