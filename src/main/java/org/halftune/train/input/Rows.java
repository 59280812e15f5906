package org.halftune.train.input;

import java.util.ArrayList;
import java.util.List;
import org.halftune.console.Amounts;
import org.halftune.data.Dataset;
import org.halftune.data.Example;
import org.halftune.model.Batch;

/**
 * Tokenized rows. A row has one sequence, or several with packing; sequences do not attend to each other.
 */
public record Rows(Dataset data) {

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

    /** {@code 40 rows}, or {@code 40 rows, packed into 27}. */
    public String counted() {
        int sequences = 0;
        for (int i = 0; i < size(); i++) sequences += sequences(i);
        String rows = Amounts.counted(sequences, "row");
        return sequences == size() ? rows : rows + ", packed into " + Amounts.exact(size());
    }

    /** The sequences of row {@code i}. */
    public List<Example> examples(int i) {
        return data.row(i);
    }

    /** The rows with these indices as one batch. */
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
