package org.halftune.generate;

import java.util.Set;
import org.halftune.problem.InputError;

/**
 * Where a completion ends at the latest.
 *
 * @param maxNewTokens above 0
 * @param endTokens ids after which the model has nothing more to say; may be empty
 */
public record StopConditions(int maxNewTokens, Set<Integer> endTokens) {
    public StopConditions {
        endTokens = Set.copyOf(endTokens);
        if (maxNewTokens < 1) {
            throw new InputError("max_new_tokens is " + maxNewTokens, "--max_new_tokens", "give at least 1");
        }
    }
}
