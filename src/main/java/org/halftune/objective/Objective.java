package org.halftune.objective;

import java.util.List;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.WeightedBatch;

/**
 * What a step minimizes, as a description that owns nothing; {@link #open} gives what computes it on a device.
 *
 * <p>A token's loss is its cross-entropy, the negative log-probability of its target; the gradient of an objective is {@code
 * Σ weight·∇loss} over the labelled tokens of the step, with weights that the objective chooses. Weights that depend on the rows
 * alone are computed on the host by {@link #weigh} and copied with the batch. Weights that depend on what the model makes of the
 * batch are computed between two passes: see {@link OpenObjective#pass}.
 */
public interface Objective {

    /**
     * The batches of a step with the weight of each token, and the notes that the objective's ops read.
     *
     * @param labelled the batches of the step that have a labelled token, at least one
     */
    List<WeightedBatch> weigh(List<Batch> labelled);

    /**
     * How many ints of notes a batch has: the same for all batches of a model, so that what is launched does not depend on them.
     *
     * @param capacity of the largest batch
     */
    default int notes(Capacity capacity) {
        return 0;
    }

    /** Allocates what the objective needs beside the model. Nothing stays allocated if that fails. */
    OpenObjective open(LearningModel model);
}
