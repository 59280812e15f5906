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
 * @param marks after the last step
 */
record Trained(
        String name,
        Selection selection,
        Map<Category, Long> memory,
        List<Contender.Step> steps,
        List<EvalLossPoint> evalLosses,
        Exams.Marks marks) {

    /** What it reached at its learning rate. */
    RatePoint point(double learningRate) {
        return new RatePoint(
                learningRate,
                marks.newTask(),
                marks.oldKnowledge(),
                marks.perplexity(),
                evalLosses.isEmpty() ? Double.NaN : evalLosses.getLast().evalLoss());
    }

    static Trained of(Contender contender, List<EvalLossPoint> evalLosses, Exams.Marks marks) {
        return new Trained(
                contender.name(), contender.selection(), contender.memory(), contender.steps(), evalLosses, marks);
    }
}
