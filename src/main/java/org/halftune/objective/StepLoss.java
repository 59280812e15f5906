package org.halftune.objective;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a step minimized.
 *
 * @param figures other figures of the step by name, in the order in which they are shown; empty for most objectives
 */
public record StepLoss(double loss, Map<String, Double> figures) {

    public StepLoss {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }
}
