package org.halftune.compare;

/** Receives the events of a comparison. */
public interface CompareListener {

    /** A line for the user. */
    void notice(String line);

    /** All inputs are checked; called before the device computes. */
    default void begins() {}

    /**
     * A model is being scored.
     *
     * @param what model and score: {@code FFT, questions}
     * @param done equals {@code total} when the score is known
     */
    default void scoring(String what, long done, long total) {}

    /** Both methods have done {@code step} of {@code total} steps, counted over all learning rates. */
    void stepped(int step, int total, double fullLoss, double halfLoss);
}
