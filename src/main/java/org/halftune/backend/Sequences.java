package org.halftune.backend;

import java.util.List;

/**
 * Where the sequences of a batch lie in its tokens.
 *
 * @param starts [S+1] I32 on the device: the first token of each sequence, and T
 * @param lengths the S lengths, on the host, for launch sizes
 */
public record Sequences(Tensor starts, List<Integer> lengths) {
    public Sequences {
        lengths = List.copyOf(lengths);
    }

    public int longest() {
        return lengths.stream().mapToInt(Integer::intValue).max().orElse(0);
    }
}
