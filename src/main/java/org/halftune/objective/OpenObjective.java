package org.halftune.objective;

import org.halftune.model.Batch;
import org.halftune.model.DeviceBatch;
import org.halftune.model.Llama;

/** An {@link Objective} on a device, for one round of a training. Closing frees what it allocated. */
public interface OpenObjective extends AutoCloseable {

    /**
     * Queues the passes of one batch of a step, the same for all batches of equal T and R: it becomes part of a graph. Must not
     * wait for the device.
     *
     * <p>An objective whose weights depend on the model's own log-probabilities queues {@link Llama#forward} and {@link
     * Llama#losses}, ops that write {@link DeviceBatch#weights}, then {@link Llama#backward}. The blocks run forward once.
     *
     * @param first whether gradients are overwritten; else they are added to
     */
    void pass(DeviceBatch batch, boolean first);

    /**
     * The loss of a step whose passes are queued, and its figures. Waits for them.
     *
     * @param labelledTokens of the step
     */
    StepLoss loss(long labelledTokens);

    /** What the objective makes of a batch that is not trained on. Waits for it. */
    Score score(Batch batch);

    @Override
    default void close() {}
}
