package org.halftune.train;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.halftune.console.Amounts;
import org.halftune.session.StepResult;
import org.halftune.train.input.TrainingPlan;
import org.halftune.train.record.TrainingFailure;

/**
 * Tells a training that has gone astray from one that learns slowly. There is no way back from a loss or gradient that is no
 * finite number. A gradient of exactly 0 at the loss of a blind guess or above is as bad: the weights are so large that the
 * model gives one answer to everything, and nothing tells it where to go.
 *
 * <p>A blind guess among V tokens has the loss ln V.
 */
final class Divergence {
    /** Nats above a blind guess, and above the first step, from which on a run has learnt wrong things with confidence. */
    private static final double MARGIN = 1;

    /** Of the loss of a blind guess: less can be bad rows. */
    private static final double BLIND = 0.99;

    private static final double USUAL = 2e-5;
    private static final double HIGH = 1e-3;

    private final TrainingPlan plan;
    private final double blindGuess;

    Divergence(TrainingPlan plan, int vocabulary) {
        this.plan = plan;
        blindGuess = Math.log(vocabulary);
    }

    /**
     * @param step from 0; people count from 1
     * @param saved the last checkpoint
     * @throws TrainingFailure if training cannot go on after this step
     */
    void check(StepResult result, int step, Optional<Path> saved) {
        if (!Double.isFinite(result.loss())) throw failure("the loss is " + result.loss(), step, saved);
        if (!Double.isFinite(result.gradNorm())) {
            throw failure("the gradient norm is " + result.gradNorm(), step, saved);
        }
        if (result.updated() && result.gradNorm() == 0 && result.loss() > BLIND * blindGuess) {
            throw failure(
                    "training has diverged: the gradient is 0 and the loss " + figure(result.loss())
                            + ", not better than a blind guess (" + figure(blindGuess) + "),",
                    step,
                    Optional.empty());
        }
    }

    /** Throws {@link TrainingFailure} if an evaluation's loss is no finite number. */
    void checkEvaluation(double loss, int steps, Optional<Path> saved) {
        if (!Double.isFinite(loss)) throw failure("the evaluation loss is " + loss, steps - 1, saved);
    }

    /** @param recent the mean loss of the last steps, nats; NaN if there were none */
    boolean endedWorse(double first, double recent) {
        return recent > blindGuess + MARGIN && recent > first + MARGIN;
    }

    /** A run that did all its steps, and got worse. */
    TrainingFailure atEnd(double first, double recent) {
        return new TrainingFailure(
                "training has diverged: the loss began at " + figure(first) + " and ended at " + figure(recent)
                        + ", above a blind guess (" + figure(blindGuess) + "); no model was exported",
                fix(Optional.empty()));
    }

    private TrainingFailure failure(String what, int step, Optional<Path> saved) {
        return new TrainingFailure(
                what + " at step " + (step + 1) + " of " + plan.totalSteps() + ", so training cannot go on",
                fix(saved));
    }

    private String fix(Optional<Path> saved) {
        var optimizing = plan.arguments().optimizing();
        double rate = optimizing.learningRate();
        String clipping = optimizing.maxGradNorm() == 0 ? ", clip gradients (--max_grad_norm 1)" : "";
        String from = saved.map(folder -> "; " + folder + " is intact and can be the new --model_name_or_path")
                .orElse("");
        String lower = rate > HIGH
                ? Amounts.number(USUAL) + " is usual for fine-tuning"
                : "for example " + Amounts.number(rate / 10);
        return "start again with a lower --learning_rate (now " + Amounts.number(rate) + "; " + lower
                + ") or longer --warmup_steps" + clipping + from;
    }

    private static String figure(double loss) {
        return String.format(Locale.ROOT, loss < 1e6 ? "%.4f" : "%.2e", loss);
    }
}
