package org.halftune.data;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * Histogram of row lengths in at most ten bins of equal width.
 *
 * @param bins ascending, without gaps
 */
public record LengthHistogram(List<Bin> bins) {
    private static final int MOST = 10;

    /** Number of rows with {@code from} to {@code to} tokens, inclusive. */
    public record Bin(int from, int to, int rows) {}

    /** @param lengths number of rows by length; an empty map gives an empty histogram */
    public static LengthHistogram of(SortedMap<Integer, Integer> lengths) {
        if (lengths.isEmpty()) return new LengthHistogram(List.of());
        int least = lengths.firstKey();
        int most = lengths.lastKey();
        int width = width(most - least + 1);
        int first = least / width * width;
        var counts = new int[(most - first) / width + 1];
        lengths.forEach((length, rows) -> counts[(length - first) / width] += rows);
        var bins = new ArrayList<Bin>();
        for (int i = 0; i < counts.length; i++) {
            bins.add(new Bin(first + i * width, first + (i + 1) * width - 1, counts[i]));
        }
        return new LengthHistogram(List.copyOf(bins));
    }

    /** The smallest of 1, 2, 5, 10, 20, 50, … that gives at most ten bins, wherever the first one starts. */
    private static int width(int span) {
        long width = 1;
        for (int i = 0; span > width * (MOST - 1); i++)
            width = width / leading(i) * leading(i + 1) * (i % 3 == 2 ? 10 : 1);
        return (int) Math.min(Integer.MAX_VALUE, width);
    }

    private static int leading(int i) {
        return switch (i % 3) {
            case 0 -> 1;
            case 1 -> 2;
            default -> 5;
        };
    }
}
