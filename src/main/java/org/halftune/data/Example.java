package org.halftune.data;

/**
 * One sequence to train on.
 *
 * @param inputIds [n] token ids
 * @param labels [n] what is learnt at each place, in Hugging Face's way: aligned with {@code inputIds}, not shifted;
 *     {@link #IGNORED} where nothing is. {@code labels[0]} is never learnt, since no token stands before it.
 */
@SuppressWarnings("ArrayRecordComponent") // millions of them are kept; owned by the data set, and never changed
public record Example(int[] inputIds, int[] labels) {

    /** The label of a token that is read but not learnt. */
    public static final int IGNORED = -100;

    public Example {
        if (inputIds.length != labels.length) {
            throw new IllegalArgumentException(labels.length + " labels for " + inputIds.length + " tokens");
        }
    }

    public int length() {
        return inputIds.length;
    }

    /** How many tokens are learnt. */
    public int labelledCount() {
        int count = 0;
        for (int i = 1; i < labels.length; i++) if (labels[i] != IGNORED) count++;
        return count;
    }
}
