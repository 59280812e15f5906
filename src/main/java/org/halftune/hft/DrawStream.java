package org.halftune.hft;

import java.util.Collections;
import java.util.List;
import org.halftune.random.SplitMix64;

/** Random numbers for one part of a draw, from {@link SplitMix64}. Published selections depend on them. */
final class DrawStream {
    private final SplitMix64 random;

    private DrawStream(SplitMix64 random) {
        this.random = random;
    }

    /**
     * A stream of a round. Seed, round and stream are hashed one after another, so that (1, 2) and (2, 1) are
     * independent.
     */
    static DrawStream of(long seed, int round, int stream) {
        long h = new SplitMix64(seed).next();
        h = new SplitMix64(h + round).next();
        return new DrawStream(new SplitMix64(h + stream));
    }

    /** 64 random bits. */
    long next() {
        return random.next();
    }

    /** Uniform from 0 to {@code bound} - 1: the high half of the product, with a bias below bound/2⁶⁴. */
    int below(int bound) {
        return (int) Math.unsignedMultiplyHigh(next(), bound);
    }

    /** Shuffles (Fisher–Yates, from the end as in Knuth's algorithm P). */
    void shuffle(List<?> list) {
        for (int i = list.size() - 1; i > 0; i--) Collections.swap(list, i, below(i + 1));
    }
}
