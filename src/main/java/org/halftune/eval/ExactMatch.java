package org.halftune.eval;

import java.util.List;

/**
 * The number of questions with exactly the expected answer.
 *
 * @param misses the first wrong answers
 */
public record ExactMatch(int correct, int total, List<Miss> misses) {

    public ExactMatch {
        misses = List.copyOf(misses);
    }

    /** Fraction of correct answers; 0 if there are no questions. */
    public double score() {
        return total == 0 ? 0 : (double) correct / total;
    }

    /**
     * A wrong answer.
     *
     * @param got the part of the generated text that was compared
     */
    public record Miss(String prompt, String expected, String got) {}
}
