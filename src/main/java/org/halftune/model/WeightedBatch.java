package org.halftune.model;

/**
 * A batch to learn from.
 *
 * @param weights [T] what the loss of each token is multiplied by; that of a token without a target does not matter
 * @param notes what the objective's ops read beside it: at most as many ints as the model has room for; usually none
 */
public record WeightedBatch(Batch batch, float[] weights, int[] notes) {

    public WeightedBatch {
        if (weights.length != batch.tokenCount()) {
            throw new IllegalArgumentException(weights.length + " weights for " + batch.tokenCount() + " tokens");
        }
    }

    /** Without notes. */
    public WeightedBatch(Batch batch, float[] weights) {
        this(batch, weights, new int[0]);
    }

    /** For passes without gradients. */
    static WeightedBatch unweighted(Batch batch) {
        return new WeightedBatch(batch, new float[batch.tokenCount()]);
    }
}
