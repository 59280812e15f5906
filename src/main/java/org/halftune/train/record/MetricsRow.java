package org.halftune.train.record;

import java.util.Map;
import java.util.OptionalDouble;
import org.halftune.files.StrictJson;
import tools.jackson.databind.node.ObjectNode;

/** A row of {@code metrics.jsonl}, with the keys of transformers. */
public sealed interface MetricsRow {

    /** Optimizer steps done. */
    int step();

    /** Epochs done. */
    double epoch();

    /** The fields after {@code step} and {@code epoch}. */
    void addTo(ObjectNode row);

    /** The row in {@code metrics.jsonl} and in the {@code log_history} of {@code trainer_state.json}. */
    default ObjectNode toJson() {
        var row = StrictJson.object();
        row.put("step", step()).put("epoch", epoch());
        addTo(row);
        return row;
    }

    /**
     * Training metrics since the previous row.
     *
     * @param loss mean of the steps' losses: nats per token, if it is a cross-entropy
     * @param gradNorm of the last step, before clipping
     * @param learningRate of the last step
     * @param tokensPerSecond input tokens per second of training steps, without evaluations and checkpoints
     * @param figures of the objective by name, means of the steps
     */
    record Training(
            int step,
            double epoch,
            double loss,
            double gradNorm,
            double learningRate,
            double tokensPerSecond,
            Map<String, Double> figures)
            implements MetricsRow {
        @Override
        public void addTo(ObjectNode row) {
            row.put("loss", loss)
                    .put("grad_norm", gradNorm)
                    .put("learning_rate", learningRate)
                    .put("tokens_per_second", tokensPerSecond);
            figures.forEach(row::put);
        }
    }

    /**
     * An evaluation.
     *
     * @param loss mean over all labelled tokens, nats per token; or over all pairs
     * @param perplexity e to the loss, if it is a cross-entropy; infinity on overflow
     * @param tokens number of labelled tokens
     * @param runtime seconds
     * @param figures of the objective by name
     */
    record Evaluation(
            int step,
            double epoch,
            double loss,
            OptionalDouble perplexity,
            long tokens,
            int samples,
            double runtime,
            Map<String, Double> figures)
            implements MetricsRow {

        @Override
        public void addTo(ObjectNode row) {
            row.put("eval_loss", loss);
            perplexity.stream().filter(Double::isFinite).forEach(value -> row.put("eval_perplexity", value));
            row.put("eval_num_tokens", tokens)
                    .put("eval_runtime", runtime)
                    .put("eval_samples_per_second", runtime > 0 ? samples / runtime : 0);
            figures.forEach((name, value) -> row.put("eval_" + name, value));
        }
    }

    /**
     * The last row of a finished run.
     *
     * @param loss mean of the losses of all steps, including those before a resume
     * @param tokens input tokens, including those before a resume
     * @param runtime seconds since this process started the run, with evaluations and checkpoints
     * @param steps steps of this process
     */
    record Summary(int step, double epoch, double loss, long tokens, double runtime, int steps) implements MetricsRow {
        /** A key that only this row has. */
        public static final String LOSS = "train_loss";

        @Override
        public void addTo(ObjectNode row) {
            row.put(LOSS, loss)
                    .put("num_input_tokens_seen", tokens)
                    .put("train_runtime", runtime)
                    .put("train_steps_per_second", runtime > 0 ? steps / runtime : 0);
        }
    }
}
