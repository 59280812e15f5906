package org.halftune.hft;

import java.util.Collections;
import java.util.List;

/**
 * SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", figure 17; with the constants of
 * Vigna's {@code splitmix64.c}).
 *
 * <p>Written out because a published seed must give the same selection for ever and in any language. {@code java.util.Random} is
 * specified, but its neighbouring seeds start alike; the other generators of the JDK may change.
 */
final class SplitMix {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private long state;

    SplitMix(long state) {
        this.state = state;
    }

    /** The stream with this number in this round. Hashed one after another, so that (1, 2) and (2, 1) have nothing in common. */
    static SplitMix of(long seed, int round, int stream) {
        long h = new SplitMix(seed).next();
        h = new SplitMix(h + round).next();
        return new SplitMix(h + stream);
    }

    /** 64 random bits. */
    long next() {
        long z = state += GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** From 0 to {@code bound} - 1. The bias of taking the high half of the product is below bound/2⁶⁴: none can be seen. */
    int below(int bound) {
        return (int) Math.unsignedMultiplyHigh(next(), bound);
    }

    /** Every order equally likely (Fisher and Yates, from the end as in Knuth's algorithm P). */
    void shuffle(List<?> list) {
        for (int i = list.size() - 1; i > 0; i--) Collections.swap(list, i, below(i + 1));
    }
}
