package org.halftune.data;

/**
 * One sequence to train on.
 *
 * @param inputIds [n] token ids
 * @param labels [n] target ids as in Hugging Face: aligned with {@code inputIds}, not shifted; {@link #IGNORED} where
 *     there is no loss. {@code labels[0]} is never used, because no token precedes it.
 */
@SuppressWarnings("ArrayRecordComponent") // created by the million; owned by the data set and never modified
public record Example(int[] inputIds, int[] labels) {

    /** The label of a token that has no loss. */
    public static final int IGNORED = -100;

    public Example {
        if (inputIds.length != labels.length) {
            throw new IllegalArgumentException(labels.length + " labels for " + inputIds.length + " tokens");
        }
    }

    public int length() {
        return inputIds.length;
    }

    /** Number of tokens with a loss. */
    public int labelledCount() {
        int count = 0;
        for (int i = 1; i < labels.length; i++) if (labels[i] != IGNORED) count++;
        return count;
    }
}
