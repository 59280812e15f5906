package org.halftune.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A growing list of ints in chunks: 4 bytes each, and nothing is copied to grow. */
final class IntSeries {
    private static final int CHUNK_BITS = 14;
    private static final int CHUNK = 1 << CHUNK_BITS;

    private final List<int[]> chunks = new ArrayList<>();
    private int size;

    void add(int value) {
        if (size == Integer.MAX_VALUE) throw new IllegalStateException("more than 2³¹ values");
        if ((size & (CHUNK - 1)) == 0) chunks.add(new int[CHUNK]);
        chunks.getLast()[size++ & (CHUNK - 1)] = value;
    }

    int get(int i) {
        if (i >= size) throw new IndexOutOfBoundsException(i + " of " + size);
        return chunks.get(i >>> CHUNK_BITS)[i & (CHUNK - 1)];
    }

    int size() {
        return size;
    }

    int[] toArray() {
        int[] all = new int[size];
        for (int i = 0; i < size; i += CHUNK)
            System.arraycopy(chunks.get(i / CHUNK), 0, all, i, Math.min(CHUNK, size - i));
        return all;
    }

    /** Shrinks the last chunk to what is used. */
    void trim() {
        if (size % CHUNK != 0) chunks.set(chunks.size() - 1, Arrays.copyOf(chunks.getLast(), size % CHUNK));
    }
}
