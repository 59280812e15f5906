package org.halftune.eval.task;

import java.util.List;
import java.util.Map;

/**
 * What became of one question. Paired tests between models compare outcomes of equal index.
 *
 * @param index of the question in the task, from 0; questions that are left out keep their index
 * @param place file and line of the row
 * @param prompt the whole prompt
 * @param expected the right answer, or all accepted answers
 * @param got the model's answer; empty for perplexity
 * @param logLikelihoods of each choice, in nats; empty if the task has no choices
 * @param values the question's part of each score, by name; for perplexity {@code loss}, the mean per token, and {@code
 *     tokens}
 */
public record Outcome(
        int index,
        String place,
        String prompt,
        List<String> expected,
        String got,
        List<Double> logLikelihoods,
        Map<String, Double> values) {
    public Outcome {
        expected = List.copyOf(expected);
        logLikelihoods = List.copyOf(logLikelihoods);
        values = Map.copyOf(values);
    }
}
