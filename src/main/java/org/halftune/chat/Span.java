package org.halftune.chat;

/** A range of a text, in {@code char} indices: {@code start} inclusive, {@code end} exclusive. */
public record Span(int start, int end) {}
