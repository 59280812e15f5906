package org.halftune.train.preference;

import org.halftune.backend.Backend;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.Llama;
import org.halftune.model.Parameters;
import org.halftune.model.Recomputation;
import org.halftune.train.input.RowBatches;
import org.halftune.train.input.Rows;

/**
 * The log-probabilities of answers by a model: the sum over the labelled tokens of every sequence, in double, rounded once. Rows are
 * read in order, so the same rows give the same bits whenever they are computed. Its activations are on the device until this is
 * closed.
 */
public final class AnswerLogProbs implements AutoCloseable {
    private final Llama model;
    private final Capacity capacity;

    /** @param capacity of the largest batch */
    public AnswerLogProbs(Backend backend, Parameters parameters, Capacity capacity) {
        this.capacity = capacity;
        model = new Llama(backend, parameters, capacity, Recomputation.NONE);
    }

    /**
     * The log-probabilities of the chosen and the rejected answer of each pair: [2 · pairs].
     *
     * @param batchSize most pairs of a batch
     */
    public float[] of(Rows pairs, int batchSize) {
        var all = new float[2 * pairs.size()];
        int sequence = 0;
        for (int[] indices : RowBatches.of(pairs, batchSize, capacity)) {
            for (float logProb : of(pairs.batch(indices))) all[sequence++] = logProb;
        }
        return all;
    }

    /** [S] of each sequence of a batch. Waits for them. */
    float[] of(Batch batch) {
        var losses = model.tokenLosses(batch);
        var all = new float[batch.sequenceCount()];
        for (int s = 0; s < all.length; s++) all[s] = logProb(batch, s, losses);
        return all;
    }

    private static float logProb(Batch batch, int sequence, float[] losses) {
        double sum = 0;
        for (int t = batch.starts()[sequence]; t < batch.starts()[sequence + 1]; t++) sum += losses[t];
        return (float) -sum;
    }

    @Override
    public void close() {
        model.close();
    }
}
