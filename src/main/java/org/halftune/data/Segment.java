package org.halftune.data;

/**
 * A stretch of a rendered conversation.
 *
 * @param assistant whether the assistant speaks here: what {@code assistant_only_loss} learns
 */
public record Segment(String text, boolean assistant) {}
