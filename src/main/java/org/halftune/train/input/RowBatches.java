package org.halftune.train.input;

import java.util.ArrayList;
import java.util.List;
import org.halftune.model.Capacity;

/** Rows in their order, in batches that fit a capacity. */
public final class RowBatches {
    private RowBatches() {}

    /** What every batch of up to {@code batchSize} rows in their order fits. */
    public static Capacity capacity(Rows rows, int batchSize) {
        int tokens = 1;
        int sequences = 1;
        for (int from = 0; from < rows.size(); from += batchSize) {
            int ofTokens = 0;
            int ofSequences = 0;
            for (int row = from; row < Math.min(rows.size(), from + batchSize); row++) {
                ofTokens += rows.tokens(row);
                ofSequences += rows.sequences(row);
            }
            tokens = Math.max(tokens, ofTokens);
            sequences = Math.max(sequences, ofSequences);
        }
        return new Capacity(tokens, sequences);
    }

    /**
     * The batches, each a list of row indices.
     *
     * @param batchSize most rows of a batch; each row fits by itself
     */
    public static List<int[]> of(Rows rows, int batchSize, Capacity capacity) {
        var batches = new ArrayList<int[]>();
        int from = 0;
        while (from < rows.size()) {
            int to = from;
            int tokens = 0;
            int sequences = 0;
            while (to < rows.size() && to - from < batchSize) {
                tokens += rows.tokens(to);
                sequences += rows.sequences(to);
                boolean fits = tokens <= capacity.tokens() && sequences <= capacity.sequences();
                if (!fits && to > from) break;
                to++;
            }
            var batch = new int[to - from];
            for (int i = 0; i < batch.length; i++) batch[i] = from + i;
            batches.add(batch);
            from = to;
        }
        return batches;
    }
}
