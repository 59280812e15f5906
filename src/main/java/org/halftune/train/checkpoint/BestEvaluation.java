package org.halftune.train.checkpoint;

import java.util.OptionalDouble;
import org.halftune.train.arguments.BestModelOptions;

/**
 * The best evaluation of a run until now, with the rules of transformers. Part of {@link TrainerState}, so that a continued
 * run chooses and stops as an uninterrupted one.
 *
 * @param metric the best evaluation loss; empty before the first evaluation
 * @param step the step of it; 0 before the first
 * @param checkpoint the step of the best checkpoint; 0: none. It is {@code step}, unless that one was not saved
 * @param notBetter evaluations in a row that were no improvement
 */
public record BestEvaluation(OptionalDouble metric, int step, int checkpoint, int notBetter) {
    public static final BestEvaluation NONE = new BestEvaluation(OptionalDouble.empty(), 0, 0, 0);

    /** Patience asks for an improvement above the threshold, the best model for any improvement. */
    public BestEvaluation afterEvaluation(double value, int at, BestModelOptions bestModel) {
        if (!bestModel.tracked()) return this;
        boolean better = bestModel.better(value, metric);
        boolean counts = metric.isEmpty() || (better && Math.abs(value - metric.getAsDouble()) > bestModel.threshold());
        int waited = counts ? 0 : notBetter + 1;
        return better
                ? new BestEvaluation(OptionalDouble.of(value), at, checkpoint, waited)
                : new BestEvaluation(metric, step, checkpoint, waited);
    }

    public BestEvaluation afterCheckpoint(int at) {
        return at == step ? new BestEvaluation(metric, step, at, notBetter) : this;
    }

    /** Without a checkpoint that has been deleted. */
    public BestEvaluation withoutCheckpoint() {
        return new BestEvaluation(metric, step, 0, notBetter);
    }

    /** Whether patience is over, and training with it. */
    public boolean exhausted(BestModelOptions bestModel) {
        return bestModel.patience().isPresent()
                && notBetter >= bestModel.patience().getAsInt();
    }
}
