package org.halftune.continual;

import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Settings of one task that replace the run's.
 *
 * @param learningRate the peak learning rate
 * @param epochs passes over the training rows
 * @param maxSteps number of steps; replaces the epochs
 */
public record TaskSettings(OptionalDouble learningRate, OptionalDouble epochs, OptionalInt maxSteps) {
    /** Those of the run. */
    public static final TaskSettings NONE =
            new TaskSettings(OptionalDouble.empty(), OptionalDouble.empty(), OptionalInt.empty());
}
