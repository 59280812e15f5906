package org.halftune.train.arguments;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Which checkpoint of a run is the best one, and when to stop early: transformers' {@code load_best_model_at_end},
 * {@code metric_for_best_model}, {@code greater_is_better}, and its {@code EarlyStoppingCallback}.
 *
 * @param loadBest {@code --load_best_model_at_end}: the best checkpoint is exported instead of the last weights
 * @param tracked whether the best evaluation is tracked and its checkpoint kept; also true with only
 *     {@code --metric_for_best_model} or early stopping
 * @param greaterIsBetter {@code --greater_is_better}; the only metric is a loss, so usually false
 * @param patience {@code --early_stopping_patience}: evaluations in a row without improvement after which the run stops;
 *     empty: never
 * @param threshold {@code --early_stopping_threshold}: the smallest improvement that resets the patience
 */
public record BestModelOptions(
        boolean loadBest, boolean tracked, boolean greaterIsBetter, OptionalInt patience, double threshold) {
    /** No best model and no early stopping. */
    public static final BestModelOptions NONE = new BestModelOptions(false, false, false, OptionalInt.empty(), 0);

    public BestModelOptions {
        patience.ifPresent(count -> Ranges.atLeast("early_stopping_patience", 1, count));
        Ranges.atLeast("early_stopping_threshold", 0, threshold);
        if (loadBest || patience.isPresent()) tracked = true;
    }

    /** Whether {@code value} is better than {@code than}. If {@code than} is empty, any value but NaN is better. */
    public boolean better(double value, OptionalDouble than) {
        if (than.isEmpty()) return !Double.isNaN(value);
        return greaterIsBetter ? value > than.getAsDouble() : value < than.getAsDouble();
    }
}
