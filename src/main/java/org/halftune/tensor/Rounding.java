package org.halftune.tensor;

/** How a number becomes one of the bfloat16 numbers beside it. */
public enum Rounding {
    /** Up or down at random, the farther the rarer, so that the mean is exact: {@link StochasticRounding}. */
    STOCHASTIC,
    /** To the nearest, ties to even: {@link HostTensor#toBfloat16}. A change below half a step is lost. */
    NEAREST
}
