package org.halftune.data;

import java.util.OptionalInt;
import org.halftune.problem.InputError;

/**
 * What a model can take in.
 *
 * @param vocabSize token ids are below it
 * @param maxPositions longest sequence, {@code max_position_embeddings}
 */
public record ModelLimits(int vocabSize, int maxPositions) {

    /**
     * The length to which rows are cut: the one asked for; by default TRL's, or all positions of a model that has fewer.
     *
     * @param asked what the user gave as {@code max_length}, if anything
     * @throws InputError if sequences of the length asked for would be longer than the model's positions
     */
    public int maxLength(OptionalInt asked) {
        int length = asked.orElse(EncodingOptions.DEFAULT_MAX_LENGTH);
        if (length <= maxPositions) return length;
        if (asked.isPresent()) {
            throw new InputError(
                    "max_length " + length + " is more than the model's " + maxPositions + " positions",
                    "--max_length",
                    "give at most " + maxPositions);
        }
        return maxPositions;
    }
}
