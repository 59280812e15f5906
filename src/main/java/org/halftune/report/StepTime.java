package org.halftune.report;

import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;

/**
 * Wall-clock time of a training step, in milliseconds.
 *
 * @param stepMs of whole steps
 * @param partsMs time of the parts of a step
 * @param tokensPerSecond input tokens without padding
 * @param measuredSteps number of timed steps
 */
public record StepTime(Spread stepMs, Parts partsMs, double tokensPerSecond, int measuredSteps) {

    public StepTime {
        Objects.requireNonNull(stepMs, "step_ms");
        Objects.requireNonNull(partsMs, "parts_ms");
    }

    /** Median, 10th and 90th percentile. */
    public record Spread(double median, double p10, double p90) {}

    /**
     * Medians of the parts, which do not have to add up to the median of the step.
     *
     * @param backwardInput gradients of activations, including recomputation
     * @param backwardWeight gradients of weights, which half fine-tuning halves
     * @param clip the gradient norm
     */
    public record Parts(
            double forward, double backwardInput, double backwardWeight, double clip, double optimizer, double other) {

        /** The parts in the order of reports, by name. */
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
