package org.halftune.train.arguments;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Which of a run's models is the one to keep, judged by evaluations: transformers' {@code load_best_model_at_end},
 * {@code metric_for_best_model}, {@code greater_is_better}, and its {@code EarlyStoppingCallback}.
 *
 * @param loadBest {@code --load_best_model_at_end}: the best checkpoint is exported instead of the last weights
 * @param tracked whether the best evaluation is noted, and its checkpoint kept: also for {@code --metric_for_best_model}
 *     and early stopping alone
 * @param greaterIsBetter {@code --greater_is_better}: of an evaluation loss, which is the only metric, hardly ever true
 * @param patience {@code --early_stopping_patience}: evaluations in a row without improvement that end the run; empty: never
 * @param threshold {@code --early_stopping_threshold}: an improvement must be larger than this to count for patience
 */
public record BestModelOptions(
        boolean loadBest, boolean tracked, boolean greaterIsBetter, OptionalInt patience, double threshold) {
    /** The last weights, all steps. */
    public static final BestModelOptions NONE = new BestModelOptions(false, false, false, OptionalInt.empty(), 0);

    public BestModelOptions {
        patience.ifPresent(count -> Ranges.atLeast("early_stopping_patience", 1, count));
        Ranges.atLeast("early_stopping_threshold", 0, threshold);
        if (loadBest || patience.isPresent()) tracked = true;
    }

    /** Whether {@code value} is better than {@code than}; than nothing, everything but NaN is. */
    public boolean better(double value, OptionalDouble than) {
        if (than.isEmpty()) return !Double.isNaN(value);
        return greaterIsBetter ? value > than.getAsDouble() : value < than.getAsDouble();
    }
}
