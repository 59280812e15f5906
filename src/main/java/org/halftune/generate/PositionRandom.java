package org.halftune.generate;

import java.util.SplittableRandom;

/** Random numbers that depend only on their position, not on earlier draws. */
final class PositionRandom {
    private PositionRandom() {}

    /**
     * A multiple of 2⁻²⁴ in [0, 1), exact in fp32, for (seed, sequence, position). Each coordinate is added to the
     * state and mixed with one output of {@link SplittableRandom} (SplitMix64, Steele et al. 2014).
     */
    static float uniform(long seed, int sequence, int position) {
        long state = new SplittableRandom(seed).nextLong();
        state = new SplittableRandom(state + sequence).nextLong();
        return (new SplittableRandom(state + position).nextLong() >>> 40) * 0x1p-24f;
    }
}
