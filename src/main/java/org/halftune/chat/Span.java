package org.halftune.chat;

/** Characters {@code start} (inclusive) to {@code end} (exclusive) of a text; indices of {@code char}. */
public record Span(int start, int end) {}
