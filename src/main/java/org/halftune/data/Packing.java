package org.halftune.data;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntUnaryOperator;

/**
 * Fills rows of at most {@code maxLength} tokens with whole examples: best fit decreasing (TRL's {@code bfd}; Ding et al.
 * 2024, Fewer Truncations Improve Language Modeling, arXiv 2404.10830). Longest first, each goes where least room stays.
 *
 * <p>Examples stay separate sequences within a row, so none attends to another and each begins at position 0: a batch
 * without padding needs no more than their lengths. The result depends on the lengths and their order alone.
 *
 * <p>Rows with the same room form a queue, and all queues and rows are lists within arrays: 12 bytes an example and
 * 16 a row.
 */
final class Packing {
    private static final int NONE = -1;

    private final int maxLength;
    private final int[] next; // [examples] the one after it in its row
    private int[] first = filled(64); // [rows] its first example
    private int[] last = filled(64); // [rows]
    private int[] nextRow = filled(64); // [rows] the row after it in its queue
    private final int[] head; // [maxLength + 1] the first row with this room
    private final int[] tail;
    private final BitSet rooms = new BitSet(); // those with a queue that is not empty
    private int rows;

    private Packing(int examples, int maxLength) {
        this.maxLength = maxLength;
        next = filled(examples);
        head = filled(maxLength + 1);
        tail = filled(maxLength + 1);
    }

    /**
     * @param count number of examples
     * @param lengths of each, at most {@code maxLength}
     * @return every example once; rows in the order in which they were begun
     */
    static Packed pack(int count, IntUnaryOperator lengths, int maxLength) {
        var packing = new Packing(count, maxLength);
        for (int example : longestFirst(count, lengths, maxLength)) packing.place(example, lengths.applyAsInt(example));
        return packing.packed();
    }

    /**
     * @param examples all rows' examples, row after row
     * @param ends [rows] where each row ends in {@code examples}
     */
    @SuppressWarnings("ArrayRecordComponent") // large, owned by the data set
    record Packed(int[] examples, int[] ends) {}

    private void place(int example, int length) {
        int room = rooms.nextSetBit(length);
        int row;
        if (room < 0) {
            row = rows++;
            if (row == first.length) makeRoom();
            room = maxLength;
            first[row] = example;
        } else {
            row = head[room];
            head[room] = nextRow[row];
            nextRow[row] = NONE;
            if (head[room] == NONE) rooms.clear(room);
            next[last[row]] = example;
        }
        last[row] = example;
        int left = room - length;
        if (left == 0) return;
        if (rooms.get(left)) nextRow[tail[left]] = row;
        else head[left] = row;
        tail[left] = row;
        rooms.set(left);
    }

    private void makeRoom() {
        int size = rows + rows / 2;
        first = Arrays.copyOf(first, size);
        last = Arrays.copyOf(last, size);
        int known = nextRow.length;
        nextRow = Arrays.copyOf(nextRow, size);
        Arrays.fill(nextRow, known, size, NONE);
    }

    private Packed packed() {
        int[] examples = new int[next.length];
        int[] ends = new int[rows];
        int at = 0;
        for (int row = 0; row < rows; row++) {
            for (int example = first[row]; example != NONE; example = next[example]) examples[at++] = example;
            ends[row] = at;
        }
        return new Packed(examples, ends);
    }

    /** By counting; examples of one length keep their order. */
    private static int[] longestFirst(int count, IntUnaryOperator lengths, int maxLength) {
        int[] begins = new int[maxLength + 2]; // [length] of those that are longer
        for (int i = 0; i < count; i++) {
            int length = lengths.applyAsInt(i);
            if (length > maxLength) throw new IllegalArgumentException(length + " > " + maxLength);
            begins[length]++;
        }
        int at = 0;
        for (int length = maxLength; length >= 0; length--) {
            int those = begins[length];
            begins[length] = at;
            at += those;
        }
        int[] order = new int[count];
        for (int i = 0; i < count; i++) order[begins[lengths.applyAsInt(i)]++] = i;
        return order;
    }

    private static int[] filled(int size) {
        int[] values = new int[size];
        Arrays.fill(values, NONE);
        return values;
    }
}
