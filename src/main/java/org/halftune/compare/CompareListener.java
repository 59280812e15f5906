package org.halftune.compare;

/** Watches a comparison. */
public interface CompareListener {

    /** Something worth a line: what begins, a score. */
    void notice(String line);

    /** Both methods have done {@code step} of {@code total} steps, of all learning rates together. */
    void stepped(int step, int total, double fullLoss, double halfLoss);
}
