package org.halftune.report.study;

import java.util.Map;

/**
 * A trained and scored cell.
 *
 * @param diverged whether a loss was NaN or infinite; then nothing is scored
 * @param marks by suite: [questions] a score in 0…1 for each question
 * @param figures other results by name, such as {@code perplexity}
 * @param trainable fraction of the parameters that learned
 */
public record Observation(
        String task,
        String method,
        RateAndSteps setting,
        long seed,
        boolean diverged,
        Map<String, double[]> marks,
        Map<String, Double> figures,
        double trainable) {
    /** The name of the figure that is the perplexity of held-out text. */
    public static final String PERPLEXITY = "perplexity";

    /** The name of the figure that is the backward transfer of a sequence, over all its test rows. */
    public static final String BACKWARD_TRANSFER = "BWT";

    public Observation {
        marks = Map.copyOf(marks);
        figures = Map.copyOf(figures);
    }

    public double perplexity() {
        return figures.getOrDefault(PERPLEXITY, Double.NaN);
    }
}
