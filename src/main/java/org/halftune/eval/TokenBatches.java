package org.halftune.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.halftune.data.Example;
import org.halftune.model.Capacity;

/** Groups examples into batches that fit a model, and splits a long text into examples. */
public final class TokenBatches {
    private TokenBatches() {}

    /**
     * The smallest capacity for the longest example and batches of about {@code tokens} tokens.
     *
     * @param tokens desired tokens per batch
     */
    public static Capacity capacity(List<Example> examples, int tokens) {
        int longest = examples.stream().mapToInt(e -> e.inputIds().length).max().orElse(1);
        int total =
                Math.clamp(examples.stream().mapToLong(e -> e.inputIds().length).sum(), 1, Math.max(tokens, longest));
        int sequences = group(examples, new Capacity(total, Math.max(1, examples.size()))).stream()
                .mapToInt(List::size)
                .max()
                .orElse(1);
        return new Capacity(total, sequences);
    }

    /**
     * Groups consecutive examples; each batch takes as many as fit. Batches have no padding, so sorting by length would
     * gain nothing.
     */
    public static List<List<Example>> group(List<Example> examples, Capacity capacity) {
        var groups = new ArrayList<List<Example>>();
        var group = new ArrayList<Example>();
        int tokens = 0;
        for (var example : examples) {
            int length = example.inputIds().length;
            if (length > capacity.tokens()) {
                throw new IllegalArgumentException("an example has " + length + " tokens; the capacity is " + capacity);
            }
            if (!group.isEmpty() && (tokens + length > capacity.tokens() || group.size() == capacity.sequences())) {
                groups.add(List.copyOf(group));
                group.clear();
                tokens = 0;
            }
            group.add(example);
            tokens += length;
        }
        if (!group.isEmpty()) groups.add(List.copyOf(group));
        return groups;
    }

    /**
     * Splits a text into windows without overlap. In each window every token but the first is predicted from those
     * before it. A last window of one token is left out.
     */
    public static List<Example> windows(int[] tokens, int length) {
        if (length < 2) throw new IllegalArgumentException("a window of " + length + " tokens predicts nothing");
        var windows = new ArrayList<Example>();
        for (int from = 0; from + 1 < tokens.length; from += length) {
            int[] window = Arrays.copyOfRange(tokens, from, Math.min(from + length, tokens.length));
            windows.add(new Example(window, window));
        }
        return windows;
    }
}
