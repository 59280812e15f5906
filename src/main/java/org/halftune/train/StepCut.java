package org.halftune.train;

import org.halftune.model.Recomputation;

/**
 * One way to run a step of a fixed number of rows. What is learnt does not depend on it: gradients of all batches are summed before
 * the update.
 *
 * @param rows of a batch
 * @param batches of a step (gradient accumulation)
 * @param bytes of device memory
 */
public record StepCut(int rows, int batches, Recomputation recomputation, long bytes) {

    /** As flags of {@code train}. */
    public String flags() {
        return "--per_device_train_batch_size " + rows + " --gradient_accumulation_steps " + batches + " --recompute "
                + Words.of(recomputation);
    }
}
