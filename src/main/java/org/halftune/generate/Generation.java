package org.halftune.generate;

/**
 * A prompt and how a model went on.
 *
 * @param prompt as the user gave it
 * @param text what the model wrote, without its end token
 * @param newTokens tokens written, the end token included
 */
public record Generation(String prompt, String text, int newTokens, FinishReason reason) {}
