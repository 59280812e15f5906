package org.halftune.report.study;

import java.util.Comparator;
import org.halftune.report.Figures;

/**
 * What a method may choose: the peak learning rate and the number of steps.
 *
 * @param learningRate peak of the schedule
 */
public record RateAndSteps(double learningRate, int steps) implements Comparable<RateAndSteps> {
    private static final Comparator<RateAndSteps> ORDER =
            Comparator.comparingInt(RateAndSteps::steps).thenComparingDouble(RateAndSteps::learningRate);

    @Override
    public int compareTo(RateAndSteps other) {
        return ORDER.compare(this, other);
    }

    /** {@code 4e-4}, or {@code 4e-4, 200 steps} if the study has several numbers of steps. */
    public String label(boolean withSteps) {
        return Figures.learningRate(learningRate) + (withSteps ? ", " + steps + " steps" : "");
    }
}
