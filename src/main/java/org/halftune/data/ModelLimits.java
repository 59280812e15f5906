package org.halftune.data;

/**
 * What a model can take in.
 *
 * @param vocabSize token ids are below it
 * @param maxPositions longest sequence, {@code max_position_embeddings}
 */
public record ModelLimits(int vocabSize, int maxPositions) {}
