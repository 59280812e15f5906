package org.halftune.generate;

/**
 * What a model wrote after one prompt.
 *
 * @param tokens the new ids; the end token, if one ended it, is the last
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record Completion(int[] tokens, FinishReason reason) {}
