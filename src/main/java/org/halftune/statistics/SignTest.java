package org.halftune.statistics;

import org.apache.commons.math3.distribution.BinomialDistribution;

/**
 * The exact sign test over questions: on how many was the first method better, on how many the second. With one outcome a question
 * it is McNemar's exact test (McNemar 1947, Psychometrika 12).
 *
 * @param better questions on which the first method was better
 * @param worse questions on which the second was; questions on which both were equal do not count
 */
public record SignTest(int better, int worse) {

    /**
     * Compares two methods question by question.
     *
     * @param first [questions] a score for each question, for example the fraction of seeds that answered it right
     * @param second [questions] the other method's, of the same questions
     */
    public static SignTest of(double[] first, double[] second) {
        if (first.length != second.length) {
            throw new IllegalArgumentException(first.length + " questions against " + second.length);
        }
        int better = 0;
        int worse = 0;
        for (int i = 0; i < first.length; i++) {
            if (first[i] > second[i]) better++;
            if (first[i] < second[i]) worse++;
        }
        return new SignTest(better, worse);
    }

    /** The two-sided p value: twice the smaller binomial tail with probability ½, at most 1. 1 without a difference. */
    public double p() {
        int n = better + worse;
        if (n == 0) return 1;
        var binomial = new BinomialDistribution(null, n, 0.5);
        return Math.min(1, 2 * binomial.cumulativeProbability(Math.min(better, worse)));
    }
}
