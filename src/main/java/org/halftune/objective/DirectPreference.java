package org.halftune.objective;

import java.util.ArrayList;
import java.util.List;
import org.halftune.backend.PairLoss;
import org.halftune.backend.PairTable;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.WeightedBatch;

/**
 * Direct preference optimization (Rafailov et al. 2023, arXiv 2305.18290) with the losses of {@link PairLoss}. With
 * {@code logp} the sum of the log-probabilities of a completion's tokens and r what it is more than by the reference model,
 *
 * <pre>   loss = mean over the pairs of f(β·(r_chosen − r_rejected)),   reward = β·r</pre>
 *
 * <p>The mean is over the pairs of a batch, then over the batches of a step, as in TRL 1.13. Every sequence at an even place of a
 * batch is a chosen one, the next the rejected one of the same pair; labels are on the completions alone.
 *
 * <p>A token's weight is {@code −scale·∂f/∂logp} of its sequence, which the device computes between two passes: the blocks run
 * forward once, the head twice. The reference runs before, through the same buffers.
 */
public record DirectPreference(PairLoss loss, Reference reference) implements Objective {

    @Override
    public List<WeightedBatch> weigh(List<Batch> labelled) {
        return labelled.stream()
                .map(batch -> weighed(batch, 1f / (pairs(batch) * labelled.size())))
                .toList();
    }

    /** The batch with pairs that all have this scale. */
    WeightedBatch weighed(Batch batch, float scale) {
        return new WeightedBatch(batch, new float[batch.tokenCount()], table(batch, scale));
    }

    @Override
    public int notes(Capacity capacity) {
        return PairTable.words(capacity.sequences() / 2);
    }

    static int pairs(Batch batch) {
        if (batch.sequenceCount() % 2 != 0) {
            throw new IllegalArgumentException(batch.sequenceCount() + " sequences are not pairs");
        }
        return batch.sequenceCount() / 2;
    }

    private int[] table(Batch batch, float scale) {
        boolean given = reference instanceof Reference.Precomputed;
        if (given && batch.reference().length != batch.sequenceCount()) {
            throw new IllegalArgumentException("the batch has no log-probabilities of the reference");
        }
        var pairs = new ArrayList<PairTable.Pair>();
        int row = 0;
        for (int p = 0; p < pairs(batch); p++) {
            int middle = row + labelled(batch, 2 * p), end = middle + labelled(batch, 2 * p + 1);
            float chosen = given ? batch.reference()[2 * p] : 0, rejected = given ? batch.reference()[2 * p + 1] : 0;
            pairs.add(new PairTable.Pair(row, middle, end, scale, chosen, rejected));
            row = end;
        }
        return PairTable.of(pairs);
    }

    private static int labelled(Batch batch, int sequence) {
        int count = 0;
        for (int t = batch.starts()[sequence]; t < batch.starts()[sequence + 1]; t++) {
            if (batch.targets()[t] != Batch.IGNORED) count++;
        }
        return count;
    }

    @Override
    public OpenObjective open(LearningModel model) {
        return OpenPreference.open(this, model);
    }
}
