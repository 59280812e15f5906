package org.halftune.eval.task;

import java.util.List;
import java.util.Map;

/** What the log-likelihoods of the choices score. */
final class ChoiceValues {
    private ChoiceValues() {}

    /**
     * acc: whether the right choice has the largest log-likelihood; acc_norm: the largest one divided by the number of
     * characters of the choice, as in lm-evaluation-harness. Of equal ones the first counts.
     */
    static Map<String, Double> of(double[] logLikelihoods, TaskQuestion.Choices question) {
        var lengths = question.choices().stream()
                .mapToInt(choice -> choice.codePointCount(0, choice.length()))
                .toArray();
        var normalized = new double[logLikelihoods.length];
        for (int i = 0; i < normalized.length; i++) normalized[i] = logLikelihoods[i] / lengths[i];
        return Map.of(
                TaskScore.ACC, largest(logLikelihoods) == question.right() ? 1.0 : 0.0,
                TaskScore.ACC_NORM, largest(normalized) == question.right() ? 1.0 : 0.0);
    }

    /** The choice that the model prefers. */
    static String chosen(double[] logLikelihoods, List<String> choices) {
        return choices.get(largest(logLikelihoods));
    }

    private static int largest(double[] values) {
        int largest = 0;
        for (int i = 1; i < values.length; i++) if (values[i] > values[largest]) largest = i;
        return largest;
    }
}
