package org.halftune.data;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Parses rows of {@code input_ids} with their labels or masks, and the starts of packed documents. */
record TokenizedParser(RowFields row) {

    Row.Tokenized parse() {
        int[] ids = row.integers("input_ids", 0);
        if (ids.length == 0) throw row.wrong("input_ids", "input_ids is empty", "remove the row");
        if (row.has("attention_mask") && !all(bits("attention_mask", ids.length), 1)) {
            throw row.wrong(
                    "attention_mask", "the row contains padding", "store rows without padding: Halftune needs none");
        }
        if (row.has("token_type_ids") && !all(sized("token_type_ids", ids.length), 0)) {
            throw row.wrong("token_type_ids", "Llama models have no token types", "remove the column");
        }
        return new Row.Tokenized(ids, labels(ids), starts(ids.length));
    }

    /** {@code labels} if given, else the ids; masked tokens are set to -100. */
    private int[] labels(int[] ids) {
        int[] labels = ids.clone();
        if (row.has("labels")) {
            labels = row.integers("labels", Example.IGNORED);
            if (labels.length != ids.length) {
                throw row.wrong(
                        "labels",
                        labels.length + " labels for " + ids.length + " input_ids",
                        "write one label per token, not shifted, and -100 where there is no loss");
            }
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 && labels[i] != Example.IGNORED) {
                throw row.wrong("labels[" + i + "]", "label " + labels[i] + " is negative", "use -100 to mask a token");
            }
        }
        for (String name : new String[] {"completion_mask", "assistant_masks"}) {
            if (!row.has(name)) continue;
            int[] mask = bits(name, ids.length);
            for (int i = 0; i < mask.length; i++) if (mask[i] == 0) labels[i] = Example.IGNORED;
        }
        return labels;
    }

    /** Document starts: where {@code position_ids} restart at 0, or the running sums of {@code seq_lengths}. */
    private int[] starts(int length) {
        int[] byLengths = row.has("seq_lengths") ? startsOfLengths(length) : new int[] {0};
        if (!row.has("position_ids")) return byLengths;
        int[] positions = sized("position_ids", length);
        for (int i = 0; i < length; i++) {
            if (positions[i] == 0 || (i > 0 && positions[i] == positions[i - 1] + 1)) continue;
            throw row.wrong(
                    "position_ids[" + i + "]",
                    "position " + positions[i] + (i == 0 ? " comes first" : " follows " + positions[i - 1]),
                    "number positions from 0 in every document, or remove the column if the row is one document");
        }
        int[] byPositions =
                IntStream.range(0, length).filter(i -> positions[i] == 0).toArray();
        if (row.has("seq_lengths") && !Arrays.equals(byLengths, byPositions)) {
            throw row.wrong(
                    "seq_lengths",
                    "seq_lengths and position_ids start documents at different tokens",
                    "remove one of the columns");
        }
        return byPositions;
    }

    private int[] startsOfLengths(int length) {
        int[] lengths = row.integers("seq_lengths", 1);
        long sum = Arrays.stream(lengths).asLongStream().sum();
        if (sum != length) {
            throw row.wrong(
                    "seq_lengths",
                    "seq_lengths add up to " + sum + ", but there are " + length + " input_ids",
                    "correct seq_lengths");
        }
        int[] starts = new int[lengths.length];
        for (int i = 1; i < starts.length; i++) starts[i] = starts[i - 1] + lengths[i - 1];
        return starts;
    }

    private int[] bits(String name, int length) {
        int[] mask = sized(name, length);
        for (int i = 0; i < length; i++) {
            if (mask[i] > 1)
                throw row.wrong(name + "[" + i + "]", mask[i] + " is neither 0 nor 1", "write masks with 0 and 1");
        }
        return mask;
    }

    private int[] sized(String name, int length) {
        int[] values = row.integers(name, 0);
        if (values.length == length) return values;
        throw row.wrong(name, values.length + " values for " + length + " input_ids", "write one value per token");
    }

    private static boolean all(int[] values, int wanted) {
        return Arrays.stream(values).allMatch(value -> value == wanted);
    }
}
