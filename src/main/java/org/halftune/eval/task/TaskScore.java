package org.halftune.eval.task;

import java.util.List;
import java.util.function.Predicate;

/**
 * The scores of a model on one task.
 *
 * @param task the task's name
 * @param scores the main score first
 * @param outcomes of the questions in the order of the rows, without those left out
 * @param leftOut places of the rows whose prompt and answer do not fit the model's positions; no score counts them
 */
public record TaskScore(String task, List<NamedScore> scores, List<Outcome> outcomes, List<String> leftOut) {
    public static final String ACC = "acc";
    public static final String ACC_NORM = "acc_norm";
    public static final String PERPLEXITY = "perplexity";
    public static final String LOSS = "loss";
    public static final String TOKENS = "tokens";

    public TaskScore {
        scores = List.copyOf(scores);
        outcomes = List.copyOf(outcomes);
        leftOut = List.copyOf(leftOut);
    }

    /** The score that stands for the task. */
    public NamedScore main() {
        return scores.getFirst();
    }

    /** Number of questions scored. */
    public int count() {
        return outcomes.size();
    }

    /** The main score of each question, for paired tests: of a perplexity task, each row's mean loss. */
    public double[] mainValues() {
        String name = main().name().equals(PERPLEXITY) ? LOSS : main().name();
        return outcomes.stream()
                .mapToDouble(outcome -> outcome.values().getOrDefault(name, Double.NaN))
                .toArray();
    }

    /** @throws java.util.NoSuchElementException if the task has no such score */
    public NamedScore score(String name) {
        Predicate<NamedScore> asked = score -> score.name().equals(name);
        return scores.stream().filter(asked).findFirst().orElseThrow();
    }
}
