package org.halftune.compare;

import java.util.List;
import java.util.Map;
import org.halftune.backend.Category;
import org.halftune.hft.Selection;
import org.halftune.report.MethodResult.EvalLossPoint;
import org.halftune.report.RatePoint;

/**
 * What is left of a contender that was trained: figures, no device memory.
 *
 * @param memory device bytes that training held, by category
 * @param steps every step, in order
 * @param evalLosses on test rows along the way; empty without any
 * @param scores after the last step
 */
record TrainedMethod(
        String name,
        Selection selection,
        Map<Category, Long> memory,
        List<Contender.Step> steps,
        List<EvalLossPoint> evalLosses,
        EvaluationSuite.Scores scores) {

    /** What it reached at its learning rate. */
    RatePoint point(double learningRate) {
        return new RatePoint(
                learningRate,
                scores.newTask(),
                scores.oldKnowledge(),
                scores.perplexity(),
                evalLosses.isEmpty() ? Double.NaN : evalLosses.getLast().evalLoss());
    }

    static TrainedMethod of(Contender contender, List<EvalLossPoint> evalLosses, EvaluationSuite.Scores scores) {
        return new TrainedMethod(
                contender.name(), contender.selection(), contender.memory(), contender.steps(), evalLosses, scores);
    }
}
