package org.halftune.train.memory;

import org.halftune.model.Recomputation;
import org.halftune.train.arguments.EnumNames;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArguments.Batching;

/**
 * One way to divide a step with a fixed number of rows into batches. The result of training does not depend on it, because the
 * gradients of all batches are summed before the update.
 *
 * @param rows per batch
 * @param batches per step (gradient accumulation)
 * @param bytes of device memory
 */
public record StepCut(int rows, int batches, Recomputation recomputation, long bytes) {

    /** The flags of {@code train}. */
    public String flags() {
        return "--per_device_train_batch_size " + rows + " --gradient_accumulation_steps " + batches + " --recompute "
                + EnumNames.of(recomputation);
    }

    /** The same run with its steps divided this way; the recomputation is not part of the arguments. */
    public TrainingArguments in(TrainingArguments run) {
        var old = run.batching();
        return new TrainingArguments(
                run.model(),
                run.data(),
                run.selecting(),
                run.optimizing(),
                run.scheduling(),
                new Batching(
                        rows,
                        old.evalBatchSize(),
                        batches,
                        old.epochs(),
                        old.maxSteps(),
                        old.sampling(),
                        old.dataSeed()),
                run.evaluating(),
                run.saving(),
                run.running());
    }
}
