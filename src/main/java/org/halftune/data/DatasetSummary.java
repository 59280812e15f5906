package org.halftune.data;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of the rows.
 *
 * @param rows rows read
 * @param tokens tokens of the rows that are kept
 * @param labelledTokens those of them that are learnt
 * @param truncated rows longer than {@code maxLength}, whose end was cut off
 * @param dropped rows in which no token is learnt (after truncation); they are left out
 * @param sharedBoundaries rows in which a token joins prompt and completion ({@link EncodedRow})
 * @param longest tokens of the longest row that is kept
 * @param maxLength tokens to which rows were cut
 */
public record DatasetSummary(
        int rows,
        long tokens,
        long labelledTokens,
        int truncated,
        int dropped,
        int sharedBoundaries,
        int longest,
        int maxLength) {

    /** What the user should know, a sentence each; empty if all is well. */
    public List<String> warnings() {
        var warnings = new ArrayList<String>();
        if (truncated > 0)
            warnings.add(truncated + " of " + rows + " rows are longer than max_length " + maxLength
                    + "; their ends were cut off");
        if (dropped > 0) warnings.add(dropped + " of " + rows + " rows were left out: nothing in them is learnt");
        if (sharedBoundaries > 0) {
            warnings.add("in " + sharedBoundaries + " of " + rows
                    + " rows one token joins the prompt's end and the completion's"
                    + " beginning; end the prompts with a line break, or begin the completions with one");
        }
        return warnings;
    }

    /** Adds up rows as they come. */
    static final class Counter {
        private final int maxLength;
        private int rows;
        private long tokens;
        private long labelledTokens;
        private int truncated;
        private int dropped;
        private int sharedBoundaries;
        private int longest;

        Counter(int maxLength) {
            this.maxLength = maxLength;
        }

        /** Whether the row is kept. */
        boolean add(EncodedRow row) {
            rows++;
            if (row.truncated()) truncated++;
            if (row.sharedBoundary()) sharedBoundaries++;
            int labelled = row.example().labelledCount();
            if (labelled == 0) {
                dropped++;
                return false;
            }
            tokens += row.example().length();
            labelledTokens += labelled;
            longest = Math.max(longest, row.example().length());
            return true;
        }

        DatasetSummary summary() {
            return new DatasetSummary(
                    rows, tokens, labelledTokens, truncated, dropped, sharedBoundaries, longest, maxLength);
        }
    }
}
