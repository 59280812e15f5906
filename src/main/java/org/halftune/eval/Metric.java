package org.halftune.eval;

/** The metric to measure. */
public enum Metric {
    /** Perplexity, and exact match on rows with a prompt. */
    AUTO,
    PERPLEXITY,
    EXACT_MATCH;

    boolean wantsPerplexity() {
        return this != EXACT_MATCH;
    }

    boolean wantsExactMatch() {
        return this != PERPLEXITY;
    }
}
