package org.halftune.eval;

import java.util.List;

/**
 * How many questions got exactly the expected answer.
 *
 * @param misses the first wrong ones
 */
public record ExactMatch(int correct, int total, List<Miss> misses) {

    public ExactMatch {
        misses = List.copyOf(misses);
    }

    /** Share of right answers; 0 of none is 0. */
    public double score() {
        return total == 0 ? 0 : (double) correct / total;
    }

    /**
     * A wrong answer.
     *
     * @param got the part of the generated text that counted as the answer
     */
    public record Miss(String prompt, String expected, String got) {}
}
