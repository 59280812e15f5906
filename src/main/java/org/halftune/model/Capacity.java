package org.halftune.model;

/**
 * The largest batch that a model's buffers hold.
 *
 * @param tokens T of all sequences together
 * @param sequences S
 */
public record Capacity(int tokens, int sequences) {

    /** Throws {@link IllegalArgumentException} if the batch is larger. */
    void require(Batch batch) {
        if (batch.tokenCount() <= tokens && batch.sequenceCount() <= sequences) return;
        throw new IllegalArgumentException("batch of " + batch.tokenCount() + " tokens in " + batch.sequenceCount()
                + " sequences; the buffers hold " + tokens + " in " + sequences);
    }
}
