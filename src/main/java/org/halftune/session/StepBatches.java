package org.halftune.session;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.halftune.model.Batch;
import org.halftune.model.WeightedBatch;
import org.halftune.objective.Objective;
import org.halftune.optim.GradientConstraint;

/**
 * The batches of one optimizer step, whose gradients add up, and those of the memories that constrain it.
 *
 * @param memories of each earlier task ({@link GradientConstraint.EpisodicMemory}), those with a labelled token; empty without a
 *     constraint
 * @param labelled those with a labelled token; the others have no gradient and are left out
 * @param tokens of all batches, memories included
 * @param labelledTokens of the batches of the step
 */
public record StepBatches(
        List<List<WeightedBatch>> memories, List<WeightedBatch> labelled, long tokens, long labelledTokens) {

    static StepBatches of(List<Batch> batches, List<List<Batch>> memories, Objective objective) {
        return new StepBatches(
                memories.stream().map(memory -> weighed(memory, objective)).toList(),
                weighed(batches, objective),
                Stream.concat(batches.stream(), memories.stream().flatMap(List::stream))
                        .mapToLong(Batch::tokenCount)
                        .sum(),
                batches.stream().mapToLong(Batch::labelledCount).sum());
    }

    /** Each memory is weighed as a step of its own. */
    private static List<WeightedBatch> weighed(List<Batch> batches, Objective objective) {
        var labelled =
                batches.stream().filter(batch -> batch.labelledCount() > 0).toList();
        return labelled.isEmpty() ? List.of() : objective.weigh(labelled);
    }

    /** The batch that is computed first; empty if the step computes nothing. */
    Optional<WeightedBatch> first() {
        if (labelledTokens == 0) return Optional.empty();
        return Stream.concat(memories.stream().flatMap(List::stream), labelled.stream())
                .findFirst();
    }
}
