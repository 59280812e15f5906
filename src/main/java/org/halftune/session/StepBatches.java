package org.halftune.session;

import java.util.List;
import org.halftune.model.Batch;
import org.halftune.model.WeightedBatch;
import org.halftune.objective.Objective;

/**
 * The batches of one optimizer step, whose gradients add up.
 *
 * @param labelled those with a labelled token; the others have no gradient and are left out
 * @param tokens of all batches
 * @param labelledTokens of all batches
 */
public record StepBatches(List<WeightedBatch> labelled, long tokens, long labelledTokens) {

    static StepBatches of(List<Batch> batches, Objective objective) {
        var labelled =
                batches.stream().filter(batch -> batch.labelledCount() > 0).toList();
        return new StepBatches(
                labelled.isEmpty() ? List.of() : objective.weigh(labelled),
                batches.stream().mapToLong(Batch::tokenCount).sum(),
                batches.stream().mapToLong(Batch::labelledCount).sum());
    }
}
