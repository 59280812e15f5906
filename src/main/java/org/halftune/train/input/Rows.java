package org.halftune.train.input;

import java.util.ArrayList;
import java.util.List;
import org.halftune.console.Amounts;
import org.halftune.data.Dataset;
import org.halftune.data.Example;
import org.halftune.model.Batch;

/**
 * Tokenized rows. A row has one sequence, or several with packing; a preference pair has two. Sequences do not attend to each other.
 *
 * @param pairs whether every row is a preference pair
 * @param reference the log-probability of each sequence by a reference model, in the order of the rows, two of each; empty: not
 *     computed
 */
@SuppressWarnings("ArrayRecordComponent") // one for each row, never modified
public record Rows(Dataset data, boolean pairs, float[] reference) {

    public Rows(Dataset data) {
        this(data, false, new float[0]);
    }

    /** Preference pairs. */
    static Rows ofPairs(Dataset data) {
        return new Rows(data, true, new float[0]);
    }

    /** The same rows, which are pairs, with what a reference model makes of them. */
    public Rows withReference(float[] logProbs) {
        if (logProbs.length != 2 * size()) {
            throw new IllegalArgumentException(logProbs.length + " log-probabilities of " + size() + " pairs");
        }
        return new Rows(data, true, logProbs);
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

    /** {@code 40 rows}, {@code 40 pairs}, or {@code 40 rows, packed into 27}. */
    public String counted() {
        if (pairs) return Amounts.counted(size(), "pair");
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
        var batch = Batch.of(inputIds, labels);
        if (reference.length == 0) return batch;
        var known = new float[2 * indices.length];
        for (int i = 0; i < indices.length; i++) System.arraycopy(reference, 2 * indices[i], known, 2 * i, 2);
        return batch.withReference(known);
    }
}
