package org.halftune.eval.text;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntBinaryOperator;

/**
 * SARI of a simplified text (Xu et al. 2016, https://aclanthology.org/Q16-1029), as Hugging Face's evaluate computes it: what
 * was rightly kept, deleted and added, over n-grams of 1 to 4 tokens. Texts are in lower case and tokenized by {@link
 * Tokens13a}. An empty ratio counts as 1.
 */
public final class Sari {
    private static final int LONGEST = 4;

    private Sari() {}

    /**
     * @param source the text that was to be simplified
     * @param references at least one
     * @return from 0 to 100
     */
    public static double of(String source, String prediction, List<String> references) {
        String[] from = tokens(source);
        String[] got = tokens(prediction);
        var wanted = references.stream().map(Sari::tokens).toList();
        double sum = 0;
        for (int n = 1; n <= LONGEST; n++) {
            Map<String, Integer> all = new HashMap<>();
            for (var reference : wanted) count(n, reference, 1, all);
            sum += grams(counts(n, from, wanted.size()), counts(n, got, wanted.size()), all);
        }
        return 100 * sum / (3 * LONGEST);
    }

    /** Keep + delete + add of n-grams; those of source and candidate are counted once for each reference. */
    private static double grams(
            Map<String, Integer> source, Map<String, Integer> candidate, Map<String, Integer> references) {
        return keep(source, candidate, references)
                + delete(source, candidate, references)
                + add(source.keySet(), candidate.keySet(), references.keySet());
    }

    private static double keep(
            Map<String, Integer> source, Map<String, Integer> candidate, Map<String, Integer> references) {
        var kept = positive(source, candidate, Math::min);
        var good = positive(kept, references, Math::min);
        var all = positive(source, references, Math::min);
        double precision = kept.isEmpty() ? 1 : ratios(good, kept) / kept.size();
        double recall = all.isEmpty() ? 1 : (double) sum(good) / sum(all);
        return f(precision, recall);
    }

    private static double delete(
            Map<String, Integer> source, Map<String, Integer> candidate, Map<String, Integer> references) {
        var deleted = positive(source, candidate, (a, b) -> a - b);
        var good = positive(deleted, references, (a, b) -> a - b);
        return deleted.isEmpty() ? 1 : ratios(good, deleted) / deleted.size();
    }

    private static double add(Set<String> source, Set<String> candidate, Set<String> references) {
        var added = without(candidate, source);
        var wanted = without(references, source);
        double good = added.stream().filter(references::contains).count();
        double precision = added.isEmpty() ? 1 : good / added.size();
        double recall = wanted.isEmpty() ? 1 : good / wanted.size();
        return f(precision, recall);
    }

    private static Set<String> without(Set<String> all, Set<String> some) {
        var rest = new HashSet<>(all);
        rest.removeAll(some);
        return rest;
    }

    private static double f(double precision, double recall) {
        return precision > 0 || recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
    }

    private static double ratios(Map<String, Integer> part, Map<String, Integer> whole) {
        double sum = 0;
        for (var gram : part.entrySet()) sum += (double) gram.getValue() / whole.getOrDefault(gram.getKey(), 1);
        return sum;
    }

    private static long sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToLong(Integer::longValue).sum();
    }

    /** Counts of a joined with those of b, of which only those above 0 stay, as with Python's Counter. */
    private static Map<String, Integer> positive(
            Map<String, Integer> a, Map<String, Integer> b, IntBinaryOperator operator) {
        Map<String, Integer> joined = new HashMap<>();
        for (var gram : a.entrySet()) {
            int count = operator.applyAsInt(gram.getValue(), b.getOrDefault(gram.getKey(), 0));
            if (count > 0) joined.put(gram.getKey(), count);
        }
        return joined;
    }

    private static Map<String, Integer> counts(int n, String[] tokens, int times) {
        Map<String, Integer> counts = new HashMap<>();
        count(n, tokens, times, counts);
        return counts;
    }

    private static void count(int n, String[] tokens, int times, Map<String, Integer> counts) {
        for (int i = 0; i + n <= tokens.length; i++)
            counts.merge(String.join(" ", List.of(tokens).subList(i, i + n)), times, Integer::sum);
    }

    private static String[] tokens(String text) {
        return Tokens13a.of(PythonText.lower(text)).split(" ", -1);
    }
}
