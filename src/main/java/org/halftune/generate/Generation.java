package org.halftune.generate;

/**
 * A prompt and its generated text.
 *
 * @param prompt as given by the user
 * @param text the generated text, without the end token
 * @param newTokens number of generated tokens, including the end token
 */
public record Generation(String prompt, String text, int newTokens, FinishReason reason) {}
