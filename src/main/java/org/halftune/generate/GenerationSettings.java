package org.halftune.generate;

import java.util.List;
import org.halftune.problem.InputError;

/**
 * Settings of text generation.
 *
 * @param stops strings that end a completion; they are not part of it
 */
public record GenerationSettings(Sampling sampling, int maxNewTokens, List<String> stops) {
    public GenerationSettings {
        stops = List.copyOf(stops);
        if (stops.stream().anyMatch(String::isEmpty)) {
            throw new InputError("a stop string is empty", "--stop", "set it to the text that should end a completion");
        }
    }
}
