package org.halftune.data;

/**
 * Limits of a model's input.
 *
 * @param vocabSize token ids must be below this
 * @param maxPositions longest sequence, {@code max_position_embeddings}
 */
public record ModelLimits(int vocabSize, int maxPositions) {}
