package org.halftune.data;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * How many rows have which length, in at most ten bins of equal, round width.
 *
 * @param bins ascending, without gaps
 */
public record LengthHistogram(List<Bin> bins) {
    private static final int MOST = 10;

    /** Rows of {@code from} to {@code to} tokens, both included. */
    public record Bin(int from, int to, int rows) {}

    /** @param lengths rows by their number of tokens; none make an empty histogram */
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

    /** The least of 1, 2, 5, 10, 20, 50, … that makes few enough bins, wherever they begin. */
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
