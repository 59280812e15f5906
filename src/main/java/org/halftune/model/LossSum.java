package org.halftune.model;

/**
 * Cross-entropy of a batch.
 *
 * @param sum over the labelled tokens, in nats
 * @param tokens how many are labelled
 */
public record LossSum(double sum, long tokens) {
    public static final LossSum ZERO = new LossSum(0, 0);

    public LossSum plus(LossSum other) {
        return new LossSum(sum + other.sum, tokens + other.tokens);
    }

    /** Per labelled token; 0 where there is none. */
    public double mean() {
        return tokens == 0 ? 0 : sum / tokens;
    }
}
