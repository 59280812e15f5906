package org.halftune.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.halftune.problem.InputError;

/**
 * A row as ids and labels, before truncation.
 *
 * @param starts start of each document
 * @param sharedBoundary see {@link EncodedRow}
 * @param simplified see {@link EncodedRow}
 * @param end index of the end token
 * @param ends the end token, if it is trained on
 */
@SuppressWarnings("ArrayRecordComponent") // becomes an encoded row at once
record TokenizedRow(
        int[] ids, int[] labels, int[] starts, boolean sharedBoundary, boolean simplified, int end, Set<Integer> ends) {

    /** A row of one document whose last token is the end token. */
    static TokenizedRow of(int[] ids, int[] labels, boolean sharedBoundary, int eos) {
        return new TokenizedRow(ids, labels, new int[] {0}, sharedBoundary, false, ids.length - 1, Set.of(eos));
    }

    /**
     * Truncates the row and checks it against the model.
     *
     * @throws InputError if the row does not fit the model
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
                    String.format(
                            Locale.ROOT,
                            "the row has %,d tokens, but the model has only %,d positions",
                            to - from,
                            limits.maxPositions()),
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
                "token id " + id + " at position " + position + " is outside the model's vocabulary (vocab_size "
                        + limits.vocabSize() + ")",
                place.field(field + "[" + position + "]"),
                "tokenize the data with this model's tokenizer, and resize the embedding if tokens were added");
    }
}
