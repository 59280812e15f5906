package org.halftune.train.preference;

import java.util.Set;
import org.halftune.backend.Backend;
import org.halftune.model.Batch;
import org.halftune.model.Capacity;
import org.halftune.model.LlamaConfig;
import org.halftune.model.Parameters;
import org.halftune.model.WeightSource;
import org.halftune.model.Weights;
import org.halftune.train.input.Rows;

/** {@link AnswerLogProbs} by a reference model, before a training. The model is on the device until this is closed. */
public final class ReferencePass implements AutoCloseable {
    private final Weights weights;
    private final Parameters parameters;
    private final AnswerLogProbs answers;

    /** @param capacity of the largest batch */
    public ReferencePass(Backend backend, LlamaConfig config, WeightSource source, Capacity capacity) {
        weights = Weights.load(backend, config, Set.of(), source);
        try {
            parameters = Parameters.forInference(backend, weights);
        } catch (RuntimeException | Error e) {
            weights.close();
            throw e;
        }
        try {
            answers = new AnswerLogProbs(backend, parameters, capacity);
        } catch (RuntimeException | Error e) {
            parameters.close();
            weights.close();
            throw e;
        }
    }

    /** The rows with the log-probabilities. */
    Rows over(Rows rows, int batchSize) {
        return rows.withReference(answers.of(rows, batchSize));
    }

    /** [S] of each sequence of a batch. Waits for them. */
    public float[] logProbs(Batch batch) {
        return answers.of(batch);
    }

    @Override
    public void close() {
        answers.close();
        parameters.close();
        weights.close();
    }
}
