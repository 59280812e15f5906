package org.halftune.train.memory;

import org.halftune.model.Recomputation;
import org.halftune.train.arguments.EnumNames;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArguments.Batching;

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
                + EnumNames.of(recomputation);
    }

    /** The same run with its steps cut this way; the rung of recomputation is not an argument of the step. */
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
