package org.halftune.eval.task;

import java.util.ArrayList;
import java.util.List;

/** The scores of a task from the outcomes of its questions. */
final class Scores {
    private Scores() {}

    /** The main score first. */
    static List<NamedScore> of(TaskKind kind, List<Outcome> outcomes) {
        return switch (kind) {
            case TaskKind.MultipleChoice choice -> {
                String other = choice.normalized() ? TaskScore.ACC : TaskScore.ACC_NORM;
                yield List.of(mean(choice.mainMetric(), outcomes), mean(other, outcomes));
            }
            case TaskKind.Generation generation -> {
                var scores = new ArrayList<NamedScore>();
                for (var metric : generation.metrics()) scores.add(mean(metric.name(), outcomes));
                yield scores;
            }
            case TaskKind.Perplexity _ -> perplexity(outcomes);
        };
    }

    private static NamedScore mean(String name, List<Outcome> outcomes) {
        var values = outcomes.stream()
                .mapToDouble(outcome -> outcome.values().getOrDefault(name, Double.NaN))
                .toArray();
        double sum = 0;
        for (double value : values) sum += value;
        double mean = sum / values.length;
        double squares = 0;
        for (double value : values) squares += (value - mean) * (value - mean);
        double error = values.length < 2 ? Double.NaN : Math.sqrt(squares / (values.length - 1) / values.length);
        return new NamedScore(name, mean, error, true);
    }

    /** Every token has the same weight, whatever the length of its row. */
    private static List<NamedScore> perplexity(List<Outcome> outcomes) {
        double sum = 0;
        double tokens = 0;
        for (var outcome : outcomes) {
            double count = outcome.values().getOrDefault(TaskScore.TOKENS, 0.0);
            sum += count * outcome.values().getOrDefault(TaskScore.LOSS, 0.0);
            tokens += count;
        }
        double loss = sum / tokens;
        return List.of(
                new NamedScore(TaskScore.PERPLEXITY, Math.exp(loss), Double.NaN, false),
                new NamedScore(TaskScore.LOSS, loss, Double.NaN, false));
    }
}
