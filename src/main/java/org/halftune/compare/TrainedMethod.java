package org.halftune.compare;

import java.util.List;
import java.util.Map;
import org.halftune.backend.MemoryCategory;
import org.halftune.hft.Selection;
import org.halftune.report.MethodResult.EvalLossPoint;
import org.halftune.report.RatePoint;

/**
 * The results of one trained method, without device memory.
 *
 * @param memory device bytes during training, by category
 * @param steps every step, in order
 * @param evalLosses loss on test rows during training; empty without test rows
 * @param scores after the last step
 */
record TrainedMethod(
        String name,
        Selection selection,
        Map<MemoryCategory, Long> memory,
        List<ComparedMethod.Step> steps,
        List<EvalLossPoint> evalLosses,
        EvaluationSuite.Scores scores) {

    /** The scores at its learning rate. */
    RatePoint point(double learningRate) {
        return new RatePoint(
                learningRate,
                scores.newTask(),
                scores.oldKnowledge(),
                scores.perplexity(),
                evalLosses.isEmpty() ? Double.NaN : evalLosses.getLast().evalLoss());
    }

    static TrainedMethod of(ComparedMethod method, List<EvalLossPoint> evalLosses, EvaluationSuite.Scores scores) {
        return new TrainedMethod(
                method.name(), method.selection(), method.memory(), method.steps(), evalLosses, scores);
    }
}
