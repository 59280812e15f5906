package org.halftune.model;

import java.util.Arrays;

/** Passes of a model without a session: what a step queues, one part at a time. */
final class Passes {
    private Passes() {}

    /** The gradients of the batch's mean loss, as the only batch of a step. Returns the loss. */
    static LossSum forwardBackward(Llama llama, Batch batch) {
        return forwardBackward(llama, batch, 1.0 / batch.labelledCount(), true);
    }

    /** One of several batches of a step, all of whose tokens weigh the same. */
    static LossSum forwardBackward(Llama llama, Batch batch, double weight, boolean first) {
        var weights = new float[batch.tokenCount()];
        Arrays.fill(weights, (float) weight);
        var loaded = llama.load(new WeightedBatch(batch, weights));
        llama.forward(loaded);
        llama.backward(loaded, first);
        llama.sumLosses(loaded);
        return new LossSum(llama.takeLossSum(), batch.labelledCount());
    }
}
