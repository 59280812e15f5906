package org.halftune.chat;

import java.util.List;
import java.util.Optional;

/**
 * A conversation as text.
 *
 * @param generated what stood in {@code {% generation %}} blocks, in order; empty if the template has no such block
 */
public record Rendered(String text, Optional<List<Span>> generated) {}
