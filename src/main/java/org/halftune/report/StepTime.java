package org.halftune.report;

import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * Time of a training step, in milliseconds of wall clock.
 *
 * @param stepMs of whole steps
 * @param partsMs where a step's time goes
 * @param tokensPerSecond tokens trained, padding not counted
 * @param measuredSteps how many steps stand behind the figures
 */
public record StepTime(Spread stepMs, Parts partsMs, double tokensPerSecond, int measuredSteps) {

    public StepTime {
        Objects.requireNonNull(stepMs, "step_ms");
        Objects.requireNonNull(partsMs, "parts_ms");
    }

    /** Median with the 10th and 90th percentile. */
    public record Spread(double median, double p10, double p90) {}

    /**
     * Medians of the parts, which need not add up to the median of the whole.
     *
     * @param backwardInput gradients of activations, and what is recomputed for them
     * @param backwardWeight gradients of weights: what half fine-tuning halves
     * @param clip the global gradient norm
     */
    public record Parts(
            double forward, double backwardInput, double backwardWeight, double clip, double optimizer, double other) {

        /** The parts in order of reading, by the words readers see. */
        public SequencedMap<String, Double> byTitle() {
            var parts = new LinkedHashMap<String, Double>();
            parts.put("forward", forward);
            parts.put("backward, activations", backwardInput);
            parts.put("backward, weights", backwardWeight);
            parts.put("gradient norm", clip);
            parts.put("optimizer", optimizer);
            parts.put("other", other);
            return parts;
        }
    }
}
