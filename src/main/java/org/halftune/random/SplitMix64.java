package org.halftune.random;

/**
 * SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", figure 17; with the
 * constants of Vigna's {@code splitmix64.c}).
 *
 * <p>Implemented here because a published seed must give the same numbers in every version and language. {@code
 * java.util.Random} is specified, but adjacent seeds give similar first numbers; the other generators of the JDK may
 * change.
 */
public final class SplitMix64 {
    /** Increment of the state per number: 2⁶⁴ divided by the golden ratio. */
    public static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private long state;

    public SplitMix64(long state) {
        this.state = state;
    }

    /** 64 random bits. */
    public long next() {
        return mix(state += GOLDEN_GAMMA);
    }

    /** Mixes the bits of {@code z}: a bijection that maps 0 to 0. */
    public static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
