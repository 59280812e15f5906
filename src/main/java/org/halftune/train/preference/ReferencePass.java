package org.halftune.train.preference;

import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.Llama;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Parameters;
import org.halftune.model.Recomputation;
import org.halftune.model.WeightSource;
import org.halftune.model.Weights;
import org.halftune.train.input.RowBatches;
import org.halftune.train.input.Rows;

/**
 * The log-probabilities of a reference model, computed before a training: the sum over the labelled tokens of every sequence, in
 * double, rounded once. Rows are read in order, so the same rows give the same bits whenever they are computed. The model is on the
 * device until this is closed.
 */
public final class ReferencePass implements AutoCloseable {
    private final Weights weights;
    private final Parameters parameters;
    private final Llama model;
    private final Capacity capacity;

    /** @param capacity of the largest batch */
    public ReferencePass(Backend backend, LlamaConfig config, WeightSource source, Capacity capacity) {
        this.capacity = capacity;
        weights = Weights.load(backend, config, Set.of(), source);
        try {
            parameters = Parameters.forInference(backend, weights);
        } catch (RuntimeException | Error e) {
            weights.close();
            throw e;
        }
        try {
            model = new Llama(backend, parameters, capacity, Recomputation.NONE);
        } catch (RuntimeException | Error e) {
            parameters.close();
            weights.close();
            throw e;
        }
    }

    /** The rows with the log-probabilities. */
    Rows over(Rows rows, int batchSize) {
        var all = new float[2 * rows.size()];
        int sequence = 0;
        for (int[] indices : RowBatches.of(rows, batchSize, capacity)) {
            for (float logProb : logProbs(rows.batch(indices))) all[sequence++] = logProb;
        }
        return rows.withReference(all);
    }

    /** [S] of each sequence of a batch. Waits for them. */
    public float[] logProbs(Batch batch) {
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
        parameters.close();
        weights.close();
    }
}
