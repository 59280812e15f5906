package org.halftune.backend;

import org.jspecify.annotations.Nullable;

/**
 * One trainable parameter with its optimizer state; all have the same number of elements. Moments are fp32, or bfloat16 and
 * then rounded stochastically, without which a second moment would never move.
 *
 * @param master the exact fp32 weight of which {@code weight} is the rounding; null where the weight is fp32 itself, or is all
 *     that is kept
 */
public record AdamWSegment(
        Tensor weight,
        @Nullable Tensor master,
        Gradient gradient,
        Tensor firstMoment,
        Tensor secondMoment,
        boolean decayed) {}
