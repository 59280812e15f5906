package org.halftune.eval.task;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What a generation task can measure. All are larger for better texts. */
public enum TextMeasure {
    /** Equal after white space is stripped and collapsed. 0 or 1. */
    EXACT_MATCH("exact_match"),
    /** Equal to one of the expected answers in SQuAD's normal form, which TriviaQA uses. 0 or 1. */
    ALIAS_MATCH("alias_match"),
    /** SQuAD's F1 of words in normal form. 0 to 1. */
    F1("f1"),
    /** GSM8K: the number after {@code ####} is the expected one. 0 or 1. */
    STRICT_MATCH("strict_match"),
    /** GSM8K: the last number of the text is the expected one. 0 or 1. */
    LAST_NUMBER("last_number"),
    ROUGE_1("rouge1"),
    ROUGE_2("rouge2"),
    /** F measure of the Python package rouge_score. 0 to 1. */
    ROUGE_L("rougeL"),
    /** ROUGE-L of the Python package rouge, which TRACE uses. 0 to 1. */
    ROUGE_L_TRACE("rougeL_trace"),
    /** SARI of a simplification (Xu et al. 2016). 0 to 100. */
    SARI("sari"),
    /** Normalised indel similarity: the ratio of rapidfuzz. 0 to 1. */
    EDIT_SIMILARITY("edit_similarity"),
    /** {@link #EDIT_SIMILARITY} after Py150's markers of literals are replaced, as TRACE does. 0 to 1. */
    CODE_SIMILARITY("code_similarity"),
    /** 1 − Levenshtein distance / longer length. 0 to 1. */
    LEVENSHTEIN_SIMILARITY("levenshtein_similarity");

    private static final double SARI_HIGHEST = 100;

    private final String key;

    TextMeasure(String key) {
        this.key = key;
    }

    /** The best value of a metric that is a score: 100 for SARI, 1 for all others. */
    public static double highest(String metric) {
        return metric.equals(SARI.key) ? SARI_HIGHEST : 1;
    }

    /** The name in task files. */
    public String key() {
        return key;
    }

    static Optional<TextMeasure> of(String key) {
        return Arrays.stream(values())
                .filter(measure -> measure.key.equals(key))
                .findFirst();
    }

    static List<String> keys() {
        return Arrays.stream(values()).map(TextMeasure::key).toList();
    }
}
