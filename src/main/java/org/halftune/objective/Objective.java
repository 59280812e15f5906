package org.halftune.objective;

import java.util.List;
import org.halftune.model.Batch;
import org.halftune.model.DeviceBatch;
import org.halftune.model.Llama;
import org.halftune.model.WeightedBatch;

/**
 * What a step minimizes. A token's loss is its cross-entropy, the negative log-probability of its target; the gradient of an
 * objective is {@code Σ weight·∇loss} over the labelled tokens of the step, with weights that the objective chooses.
 *
 * <p>Weights that depend on the rows alone are computed on the host by {@link #weigh} and copied with the batch. Weights that
 * depend on what the model makes of the batch are computed between two passes inside {@link #pass}: {@link Llama#forward} and
 * {@link Llama#losses}, ops that write {@link DeviceBatch#weights}, then {@link Llama#backward}. The blocks run forward once. Such an
 * objective is constructed with the backend's ops. Direct preference optimization (Rafailov et al. 2023, arXiv 2305.18290) is
 * one: its weights depend on the log-probabilities of both sequences of a pair, and on those of a reference, which
 * {@link Llama#tokenLosses} of the reference gives before the step.
 *
 * <p>An objective reports its loss. Evaluation is always the cross-entropy per labelled token.
 */
public interface Objective {

    /**
     * The batches of a step with the weight of each token.
     *
     * @param labelled the batches of the step that have a labelled token, at least one
     */
    List<WeightedBatch> weigh(List<Batch> labelled);

    /**
     * Queues the passes of one batch of a step, the same for all batches of equal T and R: it becomes part of a graph. Must not
     * wait for the device.
     *
     * @param first whether gradients are overwritten; else they are added to
     */
    void pass(Llama model, DeviceBatch batch, boolean first);

    /** The loss of a step whose passes are queued. Waits for them. */
    double loss(Llama model, long labelledTokens);
}
