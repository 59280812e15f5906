package org.halftune.model;

/**
 * A batch to learn from.
 *
 * @param weights [T] what the loss of each token is multiplied by; that of a token without a target does not matter
 */
public record WeightedBatch(Batch batch, float[] weights) {

    public WeightedBatch {
        if (weights.length != batch.tokenCount()) {
            throw new IllegalArgumentException(weights.length + " weights for " + batch.tokenCount() + " tokens");
        }
    }

    /** For passes without gradients. */
    static WeightedBatch unweighted(Batch batch) {
        return new WeightedBatch(batch, new float[batch.tokenCount()]);
    }
}
