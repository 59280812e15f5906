package org.halftune.train.record;

import org.halftune.files.StrictJson;
import tools.jackson.databind.node.ObjectNode;

/** A row of {@code metrics.jsonl}, in the words of transformers. */
public sealed interface MetricsRow {

    /** Optimizer steps done. */
    int step();

    /** Passes over the training rows done. */
    double epoch();

    /** The fields after {@code step} and {@code epoch}. */
    void addTo(ObjectNode row);

    /** As in {@code metrics.jsonl} and in {@code trainer_state.json}'s {@code log_history}. */
    default ObjectNode toJson() {
        var row = StrictJson.object();
        row.put("step", step()).put("epoch", epoch());
        addTo(row);
        return row;
    }

    /**
     * What happened since the row before.
     *
     * @param loss mean of the steps' losses, nats a token
     * @param gradNorm of the last step, before clipping
     * @param learningRate of the last step
     * @param tokensPerSecond input tokens over the time of the steps; evaluations and checkpoints do not count
     */
    record Training(int step, double epoch, double loss, double gradNorm, double learningRate, double tokensPerSecond)
            implements MetricsRow {
        @Override
        public void addTo(ObjectNode row) {
            row.put("loss", loss)
                    .put("grad_norm", gradNorm)
                    .put("learning_rate", learningRate)
                    .put("tokens_per_second", tokensPerSecond);
        }
    }

    /**
     * An evaluation.
     *
     * @param loss mean over the labelled tokens of the whole file, nats a token
     * @param tokens how many those are
     * @param runtime seconds
     */
    record Evaluation(int step, double epoch, double loss, long tokens, int samples, double runtime)
            implements MetricsRow {

        /** exp(loss); infinite when a double cannot hold it. */
        public double perplexity() {
            return Math.exp(loss);
        }

        @Override
        public void addTo(ObjectNode row) {
            row.put("eval_loss", loss);
            if (Double.isFinite(perplexity())) row.put("eval_perplexity", perplexity());
            row.put("eval_num_tokens", tokens)
                    .put("eval_runtime", runtime)
                    .put("eval_samples_per_second", runtime > 0 ? samples / runtime : 0);
        }
    }

    /**
     * The last row of a finished run.
     *
     * @param loss mean of the losses of all steps, those before a resume included
     * @param tokens input tokens seen, those before a resume included
     * @param runtime seconds of this process's part of the run, with evaluations and checkpoints
     * @param steps steps of this process's part of the run
     */
    record Summary(int step, double epoch, double loss, long tokens, double runtime, int steps) implements MetricsRow {
        /** The key that no other row has. */
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
