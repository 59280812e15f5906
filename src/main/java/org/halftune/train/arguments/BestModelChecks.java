package org.halftune.train.arguments;

import org.halftune.problem.InputError;
import org.halftune.train.arguments.TrainingArguments.Evaluating;
import org.halftune.train.arguments.TrainingArguments.Saving;
import org.halftune.train.arguments.TrainingArguments.When;

/**
 * Checks that best-model selection fits the other settings: the run must evaluate, and, as in transformers, every checkpoint
 * must be of an evaluated step.
 */
final class BestModelChecks {
    private BestModelChecks() {}

    /** @throws InputError if these settings cannot select a best model */
    static void check(Evaluating evaluating, Saving saving) {
        var bestModel = evaluating.bestModel();
        if (bestModel.tracked() && evaluating.strategy() == When.NO) {
            throw new InputError(
                    flag(bestModel) + " needs evaluations",
                    "",
                    "give evaluation rows (--eval_file) and --eval_strategy epoch, or steps with --eval_steps");
        }
        if (!bestModel.loadBest()) return;
        if (saving.strategy() != evaluating.strategy()) {
            throw new InputError(
                    "--load_best_model_at_end needs a checkpoint at each evaluation: --eval_strategy is "
                            + EnumNames.of(evaluating.strategy()) + ", --save_strategy is "
                            + EnumNames.of(saving.strategy()),
                    "",
                    "give --save_strategy " + EnumNames.of(evaluating.strategy()));
        }
        if (evaluating.strategy() == When.STEPS && !Intervals.isMultiple(saving.steps(), evaluating.steps())) {
            String asked = Intervals.number(evaluating.steps());
            throw new InputError(
                    "--load_best_model_at_end needs --save_steps to be a multiple of --eval_steps: "
                            + Intervals.number(saving.steps()) + " is not a multiple of " + asked,
                    "",
                    "give --save_steps " + asked);
        }
    }

    private static String flag(BestModelOptions bestModel) {
        if (bestModel.loadBest()) return "--load_best_model_at_end";
        return bestModel.patience().isPresent() ? "--early_stopping_patience" : "--metric_for_best_model";
    }
}
