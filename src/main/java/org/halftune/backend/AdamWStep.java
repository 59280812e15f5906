package org.halftune.backend;

import org.halftune.tensor.Rounding;

/**
 * The scalars of one AdamW step (Loshchilov &amp; Hutter 2019, arXiv 1711.05101, algorithm 2).
 *
 * @param step t, from 1
 * @param maxGradientNorm gradients are scaled by min(1, max / (norm + 1e-6)); infinity: never
 * @param seed of the random bits of stochastic rounding, which depend on it, the step and the place of the element alone
 * @param rounding how a weight that is stored in bfloat16 is rounded; one in fp32 is not
 */
public record AdamWStep(
        int step,
        double learningRate,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        double maxGradientNorm,
        long seed,
        Rounding rounding) {}
