package org.halftune.generate;

import java.util.Set;
import org.halftune.problem.InputError;

/**
 * When a completion ends.
 *
 * @param maxNewTokens maximum number of new tokens, at least 1
 * @param endTokens ids that end a completion; may be empty
 */
public record StopConditions(int maxNewTokens, Set<Integer> endTokens) {
    public StopConditions {
        endTokens = Set.copyOf(endTokens);
        if (maxNewTokens < 1) {
            throw new InputError(
                    "max_new_tokens " + maxNewTokens + " is out of range", "--max_new_tokens", "set it to at least 1");
        }
    }
}
