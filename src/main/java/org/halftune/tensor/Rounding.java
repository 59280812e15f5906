package org.halftune.tensor;

/** How fp32 is rounded to bfloat16. */
public enum Rounding {
    /** Up or down at random, so that the expected value is exact: {@link StochasticRounding}. */
    STOCHASTIC,
    /** To nearest even: {@link HostTensor#toBfloat16}. Changes below half a step are lost. */
    NEAREST
}
