package org.halftune.data;

/**
 * An example and what happened on the way to it.
 *
 * @param fullLength tokens before truncation
 * @param sharedBoundary whether one token holds the prompt's end and the completion's beginning ({@link PromptBoundary}); it
 *     is learnt, but at generation the prompt's end will be another token
 */
public record EncodedRow(Example example, int fullLength, boolean sharedBoundary) {

    public boolean truncated() {
        return fullLength > example.length();
    }
}
