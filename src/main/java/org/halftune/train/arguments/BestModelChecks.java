package org.halftune.train.arguments;

import org.halftune.problem.InputError;
import org.halftune.train.arguments.TrainingArguments.Evaluating;
import org.halftune.train.arguments.TrainingArguments.Saving;
import org.halftune.train.arguments.TrainingArguments.When;

/**
 * What bestModel a model by evaluations asks of the rest: that there are evaluations, and, as in transformers, that every
 * checkpoint is of a step that was evaluated.
 */
final class BestModelChecks {
    private BestModelChecks() {}

    /** @throws InputError if a model cannot be chosen under these settings */
    static void check(Evaluating evaluating, Saving saving) {
        var bestModel = evaluating.bestModel();
        if (bestModel.tracked() && evaluating.strategy() == When.NO) {
            throw new InputError(
                    flag(bestModel) + " needs evaluations, and there are none",
                    "",
                    "name rows to evaluate on (--eval_file) and say when (--eval_strategy epoch, or steps with --eval_steps)");
        }
        if (!bestModel.loadBest()) return;
        if (saving.strategy() != evaluating.strategy()) {
            throw new InputError(
                    "--load_best_model_at_end needs a checkpoint where it evaluates: --eval_strategy is "
                            + EnumNames.of(evaluating.strategy()) + ", --save_strategy is "
                            + EnumNames.of(saving.strategy()),
                    "",
                    "give --save_strategy " + EnumNames.of(evaluating.strategy()));
        }
        if (evaluating.strategy() == When.STEPS && !Intervals.isMultiple(saving.steps(), evaluating.steps())) {
            String asked = Intervals.number(evaluating.steps());
            throw new InputError(
                    "--load_best_model_at_end needs --save_steps to be a multiple of --eval_steps: "
                            + Intervals.number(saving.steps()) + " is no multiple of " + asked,
                    "",
                    "give --save_steps " + asked);
        }
    }

    private static String flag(BestModelOptions bestModel) {
        if (bestModel.loadBest()) return "--load_best_model_at_end";
        return bestModel.patience().isPresent() ? "--early_stopping_patience" : "--metric_for_best_model";
    }
}
