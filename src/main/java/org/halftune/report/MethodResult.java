package org.halftune.report;

import java.util.List;
import java.util.Objects;

/**
 * The result of one method: costs and scores.
 *
 * @param name {@code FFT} or {@code HFT}
 * @param loss training loss by step, ascending
 * @param evalLoss loss on test rows by step, ascending; may be empty
 */
public record MethodResult(
        String name,
        Trainable parameters,
        StepTime time,
        MemoryUse memory,
        List<LossPoint> loss,
        List<EvalLossPoint> evalLoss,
        Scores scores) {

    public MethodResult {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(scores, "scores");
        loss = List.copyOf(Objects.requireNonNull(loss, "loss"));
        evalLoss = List.copyOf(Objects.requireNonNull(evalLoss, "eval_loss"));
    }

    /** Counts of trainable parameters, in total and by category. */
    public record Trainable(long trainable, long total, List<CategoryShare> categories) {
        public Trainable {
            categories = List.copyOf(Objects.requireNonNull(categories, "categories"));
        }

        /** In 0…1; NaN for a model without parameters. */
        public double share() {
            return total == 0 ? Double.NaN : (double) trainable / total;
        }
    }

    /** Parameters and matrices of one category (a norm's vector counts as a matrix). */
    public record CategoryShare(String title, long trainable, long total, int trainableMatrices, int matrices) {
        public CategoryShare {
            Objects.requireNonNull(title, "title");
        }

        /** The trainable fraction of the parameters, in 0…1; NaN for an empty category. */
        public double share() {
            return total == 0 ? Double.NaN : (double) trainable / total;
        }
    }

    /** A logged training loss: mean over the labelled tokens of the step. */
    public record LossPoint(int step, double loss) {}

    /** An evaluation during training. */
    public record EvalLossPoint(int step, double evalLoss) {}

    /**
     * Scores of the base and of the trained model.
     *
     * @param newTask fraction of right answers, 0…1
     * @param oldKnowledge fraction of right answers to questions that the base model can answer, 0…1
     * @param perplexity on held-out text, 1 or more
     */
    public record Scores(BeforeAfter newTask, BeforeAfter oldKnowledge, BeforeAfter perplexity) {
        public Scores {
            Objects.requireNonNull(newTask, "new_task");
            Objects.requireNonNull(oldKnowledge, "old_knowledge");
            Objects.requireNonNull(perplexity, "perplexity");
        }

        /** Old knowledge lost, in 0…1; negative if the score rose; NaN if not measured. */
        public double forgotten() {
            return oldKnowledge.before() - oldKnowledge.after();
        }
    }

    /** Loss on test rows before and after training, if there are test rows. */
    public BeforeAfter testLoss() {
        if (evalLoss.isEmpty()) return BeforeAfter.NOT_MEASURED;
        return new BeforeAfter(
                evalLoss.getFirst().evalLoss(), evalLoss.getLast().evalLoss());
    }

    /** One score of the base and of the trained model. */
    public record BeforeAfter(double before, double after) {
        /** Not measured. */
        public static final BeforeAfter NOT_MEASURED = new BeforeAfter(Double.NaN, Double.NaN);

        public boolean measured() {
            return !Double.isNaN(after);
        }
    }
}
