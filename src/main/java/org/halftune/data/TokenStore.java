package org.halftune.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The tokens of all examples, in one segment on the heap or in a mapped file ({@link TokenWriter}). The index takes 4
 * bytes of heap per example. Thread-safe.
 *
 * <p>An example of n tokens is stored as n ids and n labels, or as n ids only if the labels equal them.
 */
final class TokenStore {
    /** The offset of every 64th example is stored; the others are found by adding lengths. */
    static final int STRIDE = 64;

    /** Flag in a stored length: the labels equal the ids. */
    static final int LABELS_ARE_IDS = 1 << 31;

    private final MemorySegment tokens;
    private final IntSeries lengths;
    private final long[] places;

    /**
     * @param lengths tokens of each example, with the flag {@link #LABELS_ARE_IDS}
     * @param places offset of every {@link #STRIDE}th example, in ints
     */
    TokenStore(MemorySegment tokens, IntSeries lengths, long[] places) {
        this.tokens = tokens;
        this.lengths = lengths;
        this.places = places;
    }

    int size() {
        return lengths.size();
    }

    /** Size of all ids and labels in bytes. */
    long bytes() {
        return tokens.byteSize();
    }

    int length(int example) {
        return lengths.get(example) & ~LABELS_ARE_IDS;
    }

    /** A copy. */
    Example get(int example) {
        int n = length(example);
        long place = place(example);
        int[] ids = ints(place, n);
        boolean labelsAreIds = (lengths.get(example) & LABELS_ARE_IDS) != 0;
        return new Example(ids, labelsAreIds ? ids.clone() : ints(place + n, n));
    }

    private long place(int example) {
        long place = places[example / STRIDE];
        for (int i = example / STRIDE * STRIDE; i < example; i++) place += stored(lengths.get(i));
        return place;
    }

    /** Size in ints of an example with this length and flag. */
    static int stored(int markedLength) {
        return (markedLength & LABELS_ARE_IDS) != 0 ? markedLength & ~LABELS_ARE_IDS : 2 * markedLength;
    }

    private int[] ints(long place, int count) {
        int[] values = new int[count];
        MemorySegment.copy(tokens, ValueLayout.JAVA_INT, 4 * place, values, 0, count);
        return values;
    }
}
