package org.halftune.backend;

import java.util.List;

/**
 * Where the sequences of a batch lie in its T tokens: one after another, without padding.
 *
 * @param starts [S+1] I32 on the device: the first token of each sequence, and T
 * @param begin [T] I32: the first token of each token's own sequence
 * @param end [T] I32: one past the last token of each token's own sequence
 * @param lengths the S lengths, on the host, for launch sizes
 */
public record Sequences(Tensor starts, Tensor begin, Tensor end, List<Integer> lengths) {
    public Sequences {
        lengths = List.copyOf(lengths);
    }

    public int longest() {
        return lengths.stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /** {@code starts}, {@code begin} and {@code end} of sequences of these lengths. */
    public static int[][] tables(List<Integer> lengths) {
        int tokens = lengths.stream().mapToInt(Integer::intValue).sum();
        int[] starts = new int[lengths.size() + 1], begin = new int[tokens], end = new int[tokens];
        for (int s = 0; s < lengths.size(); s++) {
            starts[s + 1] = starts[s] + lengths.get(s);
            for (int t = starts[s]; t < starts[s + 1]; t++) {
                begin[t] = starts[s];
                end[t] = starts[s + 1];
            }
        }
        return new int[][] {starts, begin, end};
    }
}
