package org.halftune.generate;

import java.util.SplittableRandom;

/** Random numbers that are a function of where they are used, not of what was drawn before. */
final class Draws {
    private Draws() {}

    /**
     * A multiple of 2⁻²⁴ in [0, 1), which fp32 holds exactly, from (seed, sequence, position). Each coordinate in turn is added to the state and mixed by one
     * output of {@link SplittableRandom} (SplitMix64, Steele et al. 2014), which scatters neighbouring states.
     */
    static float uniform(long seed, int sequence, int position) {
        long state = new SplittableRandom(seed).nextLong();
        state = new SplittableRandom(state + sequence).nextLong();
        return (new SplittableRandom(state + position).nextLong() >>> 40) * 0x1p-24f;
    }
}
