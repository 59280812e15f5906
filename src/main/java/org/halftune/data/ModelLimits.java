package org.halftune.data;

import org.halftune.problem.InputError;

/**
 * What a model can take in.
 *
 * @param vocabSize token ids are below it
 * @param maxPositions longest sequence, {@code max_position_embeddings}
 */
public record ModelLimits(int vocabSize, int maxPositions) {

    /** @throws InputError if sequences of {@code maxLength} tokens would be longer than the model's positions */
    public void checkMaxLength(int maxLength) {
        if (maxLength > maxPositions) {
            throw new InputError(
                    "max_length " + maxLength + " is more than the model's " + maxPositions + " positions",
                    "",
                    "set max_length to at most " + maxPositions);
        }
    }
}
