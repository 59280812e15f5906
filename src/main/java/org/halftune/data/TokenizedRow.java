package org.halftune.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.halftune.problem.InputError;

/**
 * A row as tokens, before truncation.
 *
 * @param starts where its documents begin
 * @param sharedBoundary see {@link EncodedRow}
 * @param simplified likewise
 * @param end place of the token that ends it
 * @param ends that token, if it is learnt as an end
 */
@SuppressWarnings("ArrayRecordComponent") // becomes an encoded row at once
record TokenizedRow(
        int[] ids, int[] labels, int[] starts, boolean sharedBoundary, boolean simplified, int end, Set<Integer> ends) {

    /** One document that ends with its last token. */
    static TokenizedRow of(int[] ids, int[] labels, boolean sharedBoundary, int eos) {
        return new TokenizedRow(ids, labels, new int[] {0}, sharedBoundary, false, ids.length - 1, Set.of(eos));
    }

    /**
     * What truncation leaves.
     *
     * @throws InputError if that does not fit the model
     */
    EncodedRow fitted(EncodingOptions options, ModelLimits limits, PlacedRow source) {
        var rows = new ArrayList<List<Example>>();
        boolean endKept = false;
        for (Truncation.Range range : options.truncation().ranges(ids.length, options.maxLength())) {
            rows.add(documents(range, limits, source.place()));
            endKept |= range.from() <= end && end < range.to();
        }
        return new EncodedRow(
                rows,
                ids.length,
                new Example(ids, labels).labelledCount(),
                sharedBoundary,
                simplified,
                endKept ? ends : Set.of(),
                source);
    }

    private List<Example> documents(Truncation.Range range, ModelLimits limits, Place place) {
        var documents = new ArrayList<Example>();
        for (int i = 0; i < starts.length; i++) {
            int from = Math.max(range.from(), starts[i]);
            int to = Math.min(range.to(), i + 1 < starts.length ? starts[i + 1] : ids.length);
            if (from >= to) continue;
            check(from, to, limits, place);
            documents.add(new Example(Arrays.copyOfRange(ids, from, to), Arrays.copyOfRange(labels, from, to)));
        }
        return List.copyOf(documents);
    }

    private void check(int from, int to, ModelLimits limits, Place place) {
        if (to - from > limits.maxPositions()) {
            throw new InputError(
                    "the row has " + (to - from) + " tokens, the model " + limits.maxPositions() + " positions",
                    place.toString(),
                    "set max_length to at most " + limits.maxPositions());
        }
        for (int i = from; i < to; i++) {
            check("input_ids", i, ids[i], limits, place);
            if (labels[i] != Example.IGNORED) check("labels", i, labels[i], limits, place);
        }
    }

    private static void check(String field, int position, int id, ModelLimits limits, Place place) {
        if (id >= 0 && id < limits.vocabSize()) return;
        throw new InputError(
                "token id " + id + " at position " + position + " is not below the model's vocab_size "
                        + limits.vocabSize(),
                place.field(field + "[" + position + "]"),
                "tokenize the data with this model's own tokenizer; a token added to it needs a row in the embedding");
    }
}
