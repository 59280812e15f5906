package org.halftune.train;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.halftune.console.Amounts;
import org.halftune.session.StepResult;
import org.halftune.train.input.Stage;
import org.halftune.train.input.TrainingPlan;
import org.halftune.train.record.TrainingFailure;

/**
 * Detects a diverged training. A loss or gradient that is NaN or infinite is final. So is a gradient of exactly 0 with a loss no
 * better than random guessing: the weights are so large that the model's output is constant.
 *
 * <p>Guessing randomly among V tokens has the cross-entropy ln V. A loss that is no cross-entropy is not compared with it.
 */
final class Divergence {
    /** A final loss this much above random guessing and above the first loss counts as diverged, nats. */
    private static final double MARGIN = 1;

    /** Fraction of the loss of random guessing; below it, the rows may be the reason. */
    private static final double BLIND = 0.99;

    private static final double USUAL = 2e-5;
    private static final double HIGH = 1e-3;

    private final TrainingPlan plan;
    private final double blindGuess;

    Divergence(TrainingPlan plan, Stage stage, int vocabulary) {
        this.plan = plan;
        blindGuess = stage.isCrossEntropy() ? Math.log(vocabulary) : Double.POSITIVE_INFINITY;
    }

    /**
     * @param step from 0
     * @param saved the last checkpoint
     * @throws TrainingFailure if training cannot continue after this step
     */
    void check(StepResult result, int step, Optional<Path> saved) {
        if (!Double.isFinite(result.loss())) throw failure("the loss is " + result.loss(), step, saved);
        if (!Double.isFinite(result.gradNorm())) {
            throw failure("the gradient norm is " + result.gradNorm(), step, saved);
        }
        if (result.updated() && result.gradNorm() == 0 && result.loss() > BLIND * blindGuess) {
            throw failure(
                    "training has diverged: the gradient is 0 and the loss is " + figure(result.loss())
                            + ", no better than random guessing (" + figure(blindGuess) + "),",
                    step,
                    Optional.empty());
        }
    }

    /** Throws {@link TrainingFailure} if an evaluation loss is NaN or infinite. */
    void checkEvaluation(double loss, int steps, Optional<Path> saved) {
        if (!Double.isFinite(loss)) throw failure("the evaluation loss is " + loss, steps - 1, saved);
    }

    /** @param recent the mean loss of the last steps, nats; NaN if there are none */
    boolean endedWorse(double first, double recent) {
        return recent > blindGuess + MARGIN && recent > first + MARGIN;
    }

    /** The failure of a run that did all steps and got worse. */
    TrainingFailure atEnd(double first, double recent) {
        return new TrainingFailure(
                "training has diverged: the loss rose from " + figure(first) + " to " + figure(recent)
                        + ", worse than random guessing (" + figure(blindGuess) + "); no model was exported",
                fix(Optional.empty()));
    }

    private TrainingFailure failure(String what, int step, Optional<Path> saved) {
        return new TrainingFailure(
                what + " at step " + (step + 1) + " of " + plan.totalSteps() + ", so training cannot continue",
                fix(saved));
    }

    private String fix(Optional<Path> saved) {
        var optimizing = plan.arguments().optimizing();
        double rate = optimizing.learningRate();
        String clipping = optimizing.maxGradNorm() == 0 ? ", clip gradients (--max_grad_norm 1)" : "";
        String from = saved.map(folder -> "; you can also start from " + folder + " as --model_name_or_path")
                .orElse("");
        String lower = rate > HIGH
                ? Amounts.number(USUAL) + " is usual for fine-tuning"
                : "for example " + Amounts.number(rate / 10);
        return "start a new run with a lower --learning_rate (now " + Amounts.number(rate) + "; " + lower
                + ") or longer --warmup_steps" + clipping + from;
    }

    private static String figure(double loss) {
        return String.format(Locale.ROOT, loss < 1e6 ? "%.4f" : "%.2e", loss);
    }
}
