package org.halftune.model;

/** Passes of a model without a session: what a step queues, one part at a time. */
final class Passes {
    private Passes() {}

    /** The gradients of the batch's mean loss, as the only batch of a step. Returns the loss. */
    static LossSum forwardBackward(Llama llama, Batch batch) {
        return forwardBackward(llama, batch, 1.0 / batch.labelledCount(), true);
    }

    /** One of several batches of a step. */
    static LossSum forwardBackward(Llama llama, Batch batch, double scale, boolean first) {
        llama.forwardBackward(llama.load(batch, scale), first);
        return new LossSum(llama.takeLossSum(), batch.labelledCount());
    }
}
