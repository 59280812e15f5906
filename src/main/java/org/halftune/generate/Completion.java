package org.halftune.generate;

import java.util.Arrays;

/**
 * What a model wrote after one prompt.
 *
 * @param tokens the new ids; the end token, if one ended it, is the last
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record Completion(int[] tokens, FinishReason reason) {

    /** The new ids without the end token. */
    public int[] content() {
        return reason == FinishReason.END_TOKEN ? Arrays.copyOf(tokens, tokens.length - 1) : tokens.clone();
    }
}
