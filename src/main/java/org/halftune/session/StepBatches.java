package org.halftune.session;

import java.util.List;
import org.halftune.model.Batch;

/**
 * The batches of one optimizer step, whose gradients add up.
 *
 * @param labelled those with a labelled token; the others have no gradient and are left out
 * @param tokens of all batches
 * @param labelledTokens of all batches
 */
public record StepBatches(List<Batch> labelled, long tokens, long labelledTokens) {

    public static StepBatches of(List<Batch> batches) {
        return new StepBatches(
                batches.stream().filter(batch -> batch.labelledCount() > 0).toList(),
                batches.stream().mapToLong(Batch::tokenCount).sum(),
                batches.stream().mapToLong(Batch::labelledCount).sum());
    }

    /** What the loss of each token is multiplied by, so that the sum is the mean over the step. */
    double scale() {
        return 1.0 / labelledTokens;
    }
}
