package org.halftune.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Examples by number. Their tokens lie in one segment, on the heap or in a mapped file ({@link TokenWriter}); the heap holds 4 bytes
 * an example to find them. May be used by several threads.
 *
 * <p>An example of n tokens is its n ids, then its n labels; only the ids where the labels are the same.
 */
final class TokenStore {
    /** Every so many examples the place of one is kept; those between are found from lengths. */
    static final int STRIDE = 64;

    /** Marks a length: the labels are the ids. */
    static final int LABELS_ARE_IDS = 1 << 31;

    private final MemorySegment tokens;
    private final IntSeries lengths;
    private final long[] places;

    /**
     * @param lengths tokens of each example, with {@link #LABELS_ARE_IDS} where it holds
     * @param places of every {@link #STRIDE}th example, in ints from the segment's beginning
     */
    TokenStore(MemorySegment tokens, IntSeries lengths, long[] places) {
        this.tokens = tokens;
        this.lengths = lengths;
        this.places = places;
    }

    /** On the heap. */
    static TokenStore of(List<Example> examples) {
        try (var writer = TokenWriter.onHeap()) {
            examples.forEach(writer::add);
            return writer.finish();
        }
    }

    int size() {
        return lengths.size();
    }

    /** Bytes of all tokens and labels. */
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

    /** Ints that an example of this marked length takes. */
    static int stored(int markedLength) {
        return (markedLength & LABELS_ARE_IDS) != 0 ? markedLength & ~LABELS_ARE_IDS : 2 * markedLength;
    }

    private int[] ints(long place, int count) {
        int[] values = new int[count];
        MemorySegment.copy(tokens, ValueLayout.JAVA_INT, 4 * place, values, 0, count);
        return values;
    }
}
