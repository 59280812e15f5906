package org.halftune.generate;

import java.util.Optional;

/**
 * How prompts are rendered as conversations.
 *
 * @param template a file, or the name of one of the model's templates; empty for the model's default
 * @param system text of the system message; empty for none
 */
public record ChatOptions(Optional<String> template, Optional<String> system) {
    public static final ChatOptions DEFAULT = new ChatOptions(Optional.empty(), Optional.empty());
}
