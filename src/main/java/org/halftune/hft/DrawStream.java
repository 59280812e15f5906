package org.halftune.hft;

import java.util.Collections;
import java.util.List;
import org.halftune.random.SplitMix64;

/**
 * The random numbers of one part of a draw, from {@link SplitMix64}. A selection of a published seed depends on every
 * bit of them.
 */
final class DrawStream {
    private final SplitMix64 random;

    private DrawStream(SplitMix64 random) {
        this.random = random;
    }

    /**
     * The stream with this number in this round. Hashed one after another, so that (1, 2) and (2, 1) have nothing in
     * common.
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

    /**
     * From 0 to {@code bound} - 1. The bias of taking the high half of the product is below bound/2⁶⁴: none can be
     * seen.
     */
    int below(int bound) {
        return (int) Math.unsignedMultiplyHigh(next(), bound);
    }

    /** Every order equally likely (Fisher and Yates, from the end as in Knuth's algorithm P). */
    void shuffle(List<?> list) {
        for (int i = list.size() - 1; i > 0; i--) Collections.swap(list, i, below(i + 1));
    }
}
