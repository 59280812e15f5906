package org.halftune.report;

/**
 * The scores of one method at one learning rate; NaN if not measured.
 *
 * @param learningRate peak of the schedule
 * @param learned fraction of right answers on the new task after training, 0…1
 * @param kept fraction of right answers on old knowledge after training, 0…1
 * @param perplexity after training, on held-out text
 * @param testLoss on test rows at the end, if there are any
 */
public record RatePoint(double learningRate, double learned, double kept, double perplexity, double testLoss) {

    /** The point of a result. */
    public static RatePoint of(double learningRate, MethodResult method) {
        var scores = method.scores();
        return new RatePoint(
                learningRate,
                scores.newTask().after(),
                scores.oldKnowledge().after(),
                scores.perplexity().after(),
                method.evalLoss().isEmpty()
                        ? Double.NaN
                        : method.evalLoss().getLast().evalLoss());
    }

    /** Whether both scores are known, so that the point can be drawn. */
    public boolean scored() {
        return !Double.isNaN(learned) && !Double.isNaN(kept);
    }

    /** Whether this point is at least as good in both scores and better in one. */
    boolean beats(RatePoint other) {
        return learned >= other.learned && kept >= other.kept && (learned > other.learned || kept > other.kept);
    }
}
