package org.halftune.report;

/**
 * What one method reached at one learning rate; NaN where nothing was asked.
 *
 * @param learningRate peak of the schedule
 * @param learned share of the new task's questions answered rightly after training, 0…1
 * @param kept share of the old knowledge's, 0…1
 * @param perplexity after training, on held-out text
 * @param testLoss on test rows at the end, if there are any
 */
public record RatePoint(double learningRate, double learned, double kept, double perplexity, double testLoss) {

    /** The point of a run. */
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

    /** Whether both scores are known, so that it is a point of the picture. */
    public boolean scored() {
        return !Double.isNaN(learned) && !Double.isNaN(kept);
    }

    /** Reaches at least as much in both, and more in one. */
    boolean beats(RatePoint other) {
        return learned >= other.learned && kept >= other.kept && (learned > other.learned || kept > other.kept);
    }
}
