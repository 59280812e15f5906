package org.halftune.train.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.halftune.session.StepResult;
import org.halftune.train.arguments.BestModelOptions;

/**
 * The state of a run: everything a resumed run needs besides weights, moments and rows.
 *
 * @param step steps done; it determines the learning rate, the order of rows and all periodic actions
 * @param optimizerSteps updates done in this round, for AdamW's bias correction; fewer than its steps if some had no labelled token
 * @param inputTokens tokens read so far
 * @param loggedStep the step of the last logged training metrics; 0 before the first
 * @param evaluatedStep the step of the last evaluation; 0 before the first
 * @param intervalLoss sum of the losses of the steps since {@code loggedStep}
 * @param loggedLoss sum of the losses of the steps up to it
 * @param firstLoss loss of the first step; NaN before it and in checkpoints of earlier versions
 * @param intervalFigures sums of the objective's figures over the same steps as {@code intervalLoss}
 * @param best the best evaluation
 */
public record TrainerState(
        int step,
        int optimizerSteps,
        long inputTokens,
        int loggedStep,
        int evaluatedStep,
        double intervalLoss,
        double loggedLoss,
        double firstLoss,
        Map<String, Double> intervalFigures,
        BestEvaluation best) {

    public static final TrainerState START =
            new TrainerState(0, 0, 0, 0, 0, 0, 0, Double.NaN, Map.of(), BestEvaluation.NONE);

    public TrainerState {
        intervalFigures = Collections.unmodifiableMap(new LinkedHashMap<>(intervalFigures));
    }

    public TrainerState afterStep(StepResult result) {
        return new TrainerState(
                step + 1,
                optimizerSteps + (result.updated() ? 1 : 0),
                inputTokens + result.inputTokens(),
                loggedStep,
                evaluatedStep,
                intervalLoss + result.loss(),
                loggedLoss,
                step == 0 ? result.loss() : firstLoss,
                sums(result.figures()),
                best);
    }

    private Map<String, Double> sums(Map<String, Double> figures) {
        var sums = new LinkedHashMap<>(intervalFigures);
        figures.forEach((name, value) -> sums.merge(name, value, Double::sum));
        return sums;
    }

    /** A round begins: AdamW counts from 0. */
    public TrainerState atNewRound() {
        return new TrainerState(
                step,
                0,
                inputTokens,
                loggedStep,
                evaluatedStep,
                intervalLoss,
                loggedLoss,
                firstLoss,
                intervalFigures,
                best);
    }

    public TrainerState afterLogging() {
        return new TrainerState(
                step,
                optimizerSteps,
                inputTokens,
                step,
                evaluatedStep,
                0,
                loggedLoss + intervalLoss,
                firstLoss,
                Map.of(),
                best);
    }

    public TrainerState afterEvaluation(double loss, BestModelOptions bestModel) {
        return evaluated(step, best.afterEvaluation(loss, step, bestModel));
    }

    public TrainerState afterCheckpoint() {
        return with(best.afterCheckpoint(step));
    }

    public TrainerState with(BestEvaluation other) {
        return evaluated(evaluatedStep, other);
    }

    private TrainerState evaluated(int at, BestEvaluation other) {
        return new TrainerState(
                step,
                optimizerSteps,
                inputTokens,
                loggedStep,
                at,
                intervalLoss,
                loggedLoss,
                firstLoss,
                intervalFigures,
                other);
    }

    /** Mean loss of the steps since the last logged metrics. */
    public double meanIntervalLoss() {
        return intervalLoss / (step - loggedStep);
    }

    /** Means of the figures over the same steps. */
    public Map<String, Double> meanIntervalFigures() {
        var means = new LinkedHashMap<String, Double>();
        intervalFigures.forEach((name, sum) -> means.put(name, sum / (step - loggedStep)));
        return means;
    }

    /** Mean loss of all steps. */
    public double meanLoss() {
        return step == 0 ? 0 : (loggedLoss + intervalLoss) / step;
    }
}
