package org.halftune.chat;

import java.util.List;
import java.util.Optional;

/**
 * A rendered conversation.
 *
 * @param generated the spans of {@code {% generation %}} blocks, in order; empty if the template has none
 */
public record Rendered(String text, Optional<List<Span>> generated) {}
