package org.halftune.objective;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.halftune.model.LossSum;

/**
 * An objective on rows that are not trained on, as sums, so that the mean does not depend on batches.
 *
 * @param loss summed over {@code count}
 * @param count of what the objective averages over: labelled tokens, or pairs
 * @param tokens labelled tokens
 * @param figures other figures by name, summed over {@code count}
 */
public record Score(double loss, long count, long tokens, Map<String, Double> figures) {
    public static final Score NONE = new Score(0, 0, 0, Map.of());

    public Score {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    static Score of(LossSum sum) {
        return new Score(sum.sum(), sum.tokens(), sum.tokens(), Map.of());
    }

    public Score plus(Score other) {
        var sums = new LinkedHashMap<>(figures);
        other.figures.forEach((name, value) -> sums.merge(name, value, Double::sum));
        return new Score(loss + other.loss, count + other.count, tokens + other.tokens, sums);
    }

    /** 0 where there is nothing to average over. */
    public double meanLoss() {
        return count == 0 ? 0 : loss / count;
    }

    /** The means of all figures. */
    public Map<String, Double> means() {
        var means = new LinkedHashMap<String, Double>();
        figures.forEach((name, sum) -> means.put(name, sum / count));
        return means;
    }
}
