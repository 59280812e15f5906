package org.halftune.train.checkpoint;

import java.util.OptionalDouble;
import org.halftune.train.arguments.BestModelOptions;

/**
 * The best evaluation of a run so far, by the rules of transformers. Part of {@link TrainerState}, so that a resumed run selects
 * and stops like an uninterrupted one.
 *
 * @param metric the best evaluation loss; empty before the first evaluation
 * @param step its step; 0 before the first evaluation
 * @param checkpoint the step of the best saved checkpoint, usually {@code step}; 0: none
 * @param notBetter evaluations in a row without improvement
 */
public record BestEvaluation(OptionalDouble metric, int step, int checkpoint, int notBetter) {
    public static final BestEvaluation NONE = new BestEvaluation(OptionalDouble.empty(), 0, 0, 0);

    /** Any improvement makes a new best; only one above the threshold resets the patience. */
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

    /** Whether early stopping ends the training. */
    public boolean exhausted(BestModelOptions bestModel) {
        return bestModel.patience().isPresent()
                && notBetter >= bestModel.patience().getAsInt();
    }
}
