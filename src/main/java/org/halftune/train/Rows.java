package org.halftune.train;

import java.util.ArrayList;
import java.util.List;
import org.halftune.data.Dataset;
import org.halftune.data.Example;
import org.halftune.model.Batch;

/**
 * Tokenized rows, ready to become batches. A row holds one sequence, or with packing several that share it; sequences never
 * see each other.
 */
public record Rows(Dataset data) {

    /** One sequence a row. */
    public static Rows ofSingles(List<Example> examples) {
        return new Rows(Dataset.of(examples));
    }

    public int size() {
        return data.size();
    }

    /** Input tokens of row {@code i}. */
    public int tokens(int i) {
        return data.tokens(i);
    }

    /** Sequences of row {@code i}. */
    public int sequences(int i) {
        return data.sequences(i);
    }

    /** The sequences of row {@code i}. */
    public List<Example> examples(int i) {
        return data.row(i);
    }

    /** The rows of these indices as one batch. */
    public Batch batch(int... indices) {
        var inputIds = new ArrayList<int[]>();
        var labels = new ArrayList<int[]>();
        for (int i : indices) {
            for (var example : examples(i)) {
                inputIds.add(example.inputIds());
                labels.add(example.labels());
            }
        }
        return Batch.of(inputIds, labels);
    }
}
