package org.halftune.backend;

/** One trainable parameter with its optimizer state; all four have the same number of elements, moments are fp32. */
public record AdamWSegment(
        Tensor weight, Gradient gradient, Tensor firstMoment, Tensor secondMoment, boolean decayed) {}
