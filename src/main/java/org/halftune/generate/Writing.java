package org.halftune.generate;

import java.util.List;
import org.halftune.problem.InputError;

/**
 * How texts are written.
 *
 * @param stops texts at which a completion ends; they are not part of it
 */
public record Writing(Sampling sampling, int maxNewTokens, List<String> stops) {
    public Writing {
        stops = List.copyOf(stops);
        if (stops.stream().anyMatch(String::isEmpty)) {
            throw new InputError("a stop string is empty", "--stop", "name the text that ends a completion");
        }
    }
}
