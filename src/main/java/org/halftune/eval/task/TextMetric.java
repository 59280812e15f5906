package org.halftune.eval.task;

/**
 * A score of a generated text against the expected ones. Of several expected texts the best counts, except for SARI, which
 * compares with all of them together.
 *
 * @param measure what is compared
 * @param ignoreCase {@code ignore_case} of exact_match
 * @param ignorePunctuation {@code ignore_punctuation} of exact_match: ASCII punctuation
 * @param stemmed {@code use_stemmer} of ROUGE: the Porter stemmer
 */
public record TextMetric(TextMeasure measure, boolean ignoreCase, boolean ignorePunctuation, boolean stemmed) {

    public TextMetric(TextMeasure measure) {
        this(measure, false, false, false);
    }

    /** The name in files and tables. */
    public String name() {
        return measure.key();
    }
}
