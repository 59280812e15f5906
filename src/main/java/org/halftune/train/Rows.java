package org.halftune.train;

import java.util.ArrayList;
import java.util.List;
import org.halftune.data.Example;
import org.halftune.model.Batch;

/**
 * Tokenized rows, ready to become batches. A row holds one sequence, or with packing several that share it; sequences never
 * see each other.
 */
public record Rows(List<List<Example>> rows) {

    public Rows {
        rows = List.copyOf(rows);
    }

    /** One sequence a row. */
    public static Rows ofSingles(List<Example> examples) {
        return new Rows(examples.stream().map(List::of).toList());
    }

    public int size() {
        return rows.size();
    }

    /** Input tokens of row {@code i}. */
    public int tokens(int i) {
        int tokens = 0;
        for (var example : rows.get(i)) tokens += example.inputIds().length;
        return tokens;
    }

    /** Sequences of row {@code i}. */
    public int sequences(int i) {
        return rows.get(i).size();
    }

    /** The rows of these indices as one batch. */
    public Batch batch(int... indices) {
        var inputIds = new ArrayList<int[]>();
        var labels = new ArrayList<int[]>();
        for (int i : indices) {
            for (var example : rows.get(i)) {
                inputIds.add(example.inputIds());
                labels.add(example.labels());
            }
        }
        return Batch.of(inputIds, labels);
    }
}
