package org.halftune.eval.task;

import java.util.List;

/**
 * What became of a part of a task's questions.
 *
 * @param leftOut places of the rows that do not fit the model's positions
 */
public record Part(List<Outcome> outcomes, List<String> leftOut) {
    public Part {
        outcomes = List.copyOf(outcomes);
        leftOut = List.copyOf(leftOut);
    }
}
