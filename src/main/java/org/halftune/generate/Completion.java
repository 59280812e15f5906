package org.halftune.generate;

/**
 * The tokens that a model generated for one prompt.
 *
 * @param tokens the new ids, including the end token if there is one
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Completion(int[] tokens, FinishReason reason) {}
