package org.halftune.tensor;

/**
 * Philox 4×32-10 (Salmon, Moraes, Dror &amp; Shaw 2011, Parallel random numbers: as easy as 1, 2, 3): four random words
 * computed from a counter of four words and a key of two. {@code adamw.cu} has the same function.
 */
final class Philox {
    private static final int ROUNDS = 10;
    private static final long FACTOR_0 = 0xd2511f53L, FACTOR_2 = 0xcd9e8d57L;
    private static final int KEY_STEP_0 = 0x9e3779b9, KEY_STEP_1 = 0xbb67ae85;

    private Philox() {}

    /** Writes the words of this counter and key to {@code words}. */
    static void draw(int x, int y, int z, int w, int key0, int key1, int[] words) {
        for (int round = 0; round < ROUNDS; round++) {
            long a = FACTOR_0 * Integer.toUnsignedLong(x), b = FACTOR_2 * Integer.toUnsignedLong(z);
            x = (int) (b >>> 32) ^ y ^ key0;
            y = (int) b;
            z = (int) (a >>> 32) ^ w ^ key1;
            w = (int) a;
            key0 += KEY_STEP_0;
            key1 += KEY_STEP_1;
        }
        words[0] = x;
        words[1] = y;
        words[2] = z;
        words[3] = w;
    }
}
