package org.halftune.eval.task;

import java.util.Set;

/**
 * A score over all questions of a task.
 *
 * @param name {@code acc}, {@code exact_match}, {@code rougeL}, {@code perplexity}, …
 * @param value the mean over the questions; for perplexity the exponential of the mean loss per token
 * @param standardError of the mean: the sample's standard deviation over the root of the number of questions; NaN for one
 *     question and for perplexity
 * @param higherIsBetter false for perplexity and loss
 */
public record NamedScore(String name, double value, double standardError, boolean higherIsBetter) {
    private static final Set<String> NO_SHARES = Set.of(TextMeasure.SARI.key(), TaskScore.PERPLEXITY, TaskScore.LOSS);

    /** Whether the value is from 0 to 1, and is shown as a percentage. */
    public boolean isShare() {
        return !NO_SHARES.contains(name);
    }
}
