package org.halftune.compare;

/** Watches a comparison. */
public interface CompareListener {

    /** Something worth a line: what begins, a score. */
    void notice(String line);

    /** All that was given has been checked; now the device computes. */
    default void begins() {}

    /**
     * A model is being scored.
     *
     * @param what the model and the score: {@code FFT, questions}
     * @param done so many of {@code total}; equal when that score is known
     */
    default void scoring(String what, long done, long total) {}

    /** Both methods have done {@code step} of {@code total} steps, of all learning rates together. */
    void stepped(int step, int total, double fullLoss, double halfLoss);
}
