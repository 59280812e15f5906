package org.halftune.generate;

import java.util.Optional;

/**
 * How a prompt becomes a conversation.
 *
 * @param template a file, or the name of one of the model's templates; empty for the model's own
 * @param system what the system message says; empty for none
 */
public record ChatOptions(Optional<String> template, Optional<String> system) {
    public static final ChatOptions DEFAULT = new ChatOptions(Optional.empty(), Optional.empty());
}
