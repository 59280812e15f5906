package org.halftune.data;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntUnaryOperator;

/**
 * Packs whole examples into rows of at most {@code maxLength} tokens by best-fit decreasing (TRL's {@code bfd}; Ding et
 * al. 2024, Fewer Truncations Improve Language Modeling, arXiv 2404.10830): longest first, each into the row where it
 * leaves the least free space.
 *
 * <p>Examples stay separate sequences within a row: they do not attend to each other, and each starts at position 0.
 * The result depends only on the lengths and their order.
 *
 * <p>Rows with equal free space form a queue. Queues and rows are linked lists in arrays: 12 bytes per example and 16
 * per row.
 */
final class Packing {
    private static final int NONE = -1;

    private final int maxLength;
    private final int[] next; // [examples] the next example of the same row
    private int[] first = filled(64); // [rows] first example
    private int[] last = filled(64); // [rows]
    private int[] nextRow = filled(64); // [rows] next row of the same queue
    private final int[] head; // [maxLength + 1] first row with this much free space
    private final int[] tail;
    private final BitSet rooms = new BitSet(); // free spaces whose queue is not empty
    private int rows;

    private Packing(int examples, int maxLength) {
        this.maxLength = maxLength;
        next = filled(examples);
        head = filled(maxLength + 1);
        tail = filled(maxLength + 1);
    }

    /**
     * @param count number of examples
     * @param lengths length of each example, at most {@code maxLength}
     * @return every example once; rows in the order in which they were opened
     */
    static Packed pack(int count, IntUnaryOperator lengths, int maxLength) {
        var packing = new Packing(count, maxLength);
        for (int example : longestFirst(count, lengths, maxLength)) packing.place(example, lengths.applyAsInt(example));
        return packing.packed();
    }

    /**
     * @param examples the examples of all rows, row after row
     * @param ends [rows] end of each row in {@code examples}, exclusive
     */
    @SuppressWarnings("ArrayRecordComponent") // large; owned by the data set
    record Packed(int[] examples, int[] ends) {}

    private void place(int example, int length) {
        int room = rooms.nextSetBit(length);
        int row;
        if (room < 0) {
            row = rows++;
            if (row == first.length) grow();
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

    private void grow() {
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

    /** Counting sort, stable. */
    private static int[] longestFirst(int count, IntUnaryOperator lengths, int maxLength) {
        int[] begins = new int[maxLength + 2]; // counts by length, then the first index of each length
        for (int i = 0; i < count; i++) {
            int length = lengths.applyAsInt(i);
            if (length > maxLength) throw new IllegalArgumentException(length + " > " + maxLength);
            begins[length]++;
        }
        int at = 0;
        for (int length = maxLength; length >= 0; length--) {
            int number = begins[length];
            begins[length] = at;
            at += number;
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
