package org.halftune.session;

import java.util.Map;

/**
 * What one step did.
 *
 * @param loss the objective's, over all batches of the step; 0 if it had no labelled token
 * @param gradNorm before clipping and after a projection; 0 if the step had no labelled token
 * @param inputTokens tokens read
 * @param labelledTokens tokens that counted; 0: nothing was updated
 * @param seconds wall time
 * @param figures beside the loss, by name: of the objective, and of a constraint of the gradient
 */
public record StepResult(
        double loss,
        double gradNorm,
        double learningRate,
        long inputTokens,
        long labelledTokens,
        double seconds,
        Map<String, Double> figures) {

    /** Whether weights and moments were updated. */
    public boolean updated() {
        return labelledTokens > 0;
    }
}
