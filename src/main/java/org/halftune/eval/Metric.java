package org.halftune.eval;

/** What to measure on a file. */
public enum Metric {
    /** Perplexity, and exact match of the rows that have a prompt. */
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
