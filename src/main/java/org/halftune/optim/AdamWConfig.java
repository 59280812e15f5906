package org.halftune.optim;

/**
 * AdamW's constants.
 *
 * @param weightDecay λ, applied to matrices and never to norms
 */
public record AdamWConfig(double beta1, double beta2, double epsilon, double weightDecay) {}
