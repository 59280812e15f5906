package org.halftune.eval.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * ROUGE (Lin 2004, https://aclanthology.org/W04-1013) as the Python package rouge_score computes it: F measures over lower
 * case words of ASCII letters and digits. Everything else separates words, letters with accents too.
 */
public final class Rouge {
    private static final Pattern SEPARATORS = Pattern.compile("[^a-z0-9]+");
    /** Shorter words are not stemmed. */
    private static final int SHORTEST_STEMMED = 4;

    private final boolean stemmed;

    /** @param stemmed whether words are cut to their stem by {@link PorterStemmer} */
    public Rouge(boolean stemmed) {
        this.stemmed = stemmed;
    }

    /** ROUGE-N: n-grams that both have. 0 if one has none. */
    public double ngrams(int n, String prediction, String reference) {
        var predicted = counts(n, words(prediction));
        var expected = counts(n, words(reference));
        int same = 0;
        for (var gram : predicted.entrySet())
            same += Math.min(gram.getValue(), expected.getOrDefault(gram.getKey(), 0));
        return f(same, total(predicted), total(expected));
    }

    /** ROUGE-L: the longest common subsequence of words. 0 if one has no words. */
    public double longest(String prediction, String reference) {
        var ids = new HashMap<String, Integer>();
        int[] predicted = ids(words(prediction), ids);
        int[] expected = ids(words(reference), ids);
        return f(Subsequence.length(predicted, expected), predicted.length, expected.length);
    }

    private List<String> words(String text) {
        var words = new ArrayList<String>();
        for (String word : SEPARATORS.split(PythonText.lower(text), -1)) {
            if (word.isEmpty()) continue;
            words.add(stemmed && word.length() >= SHORTEST_STEMMED ? PorterStemmer.stem(word) : word);
        }
        return words;
    }

    private static Map<List<String>, Integer> counts(int n, List<String> words) {
        Map<List<String>, Integer> counts = new HashMap<>();
        for (int i = 0; i + n <= words.size(); i++) counts.merge(words.subList(i, i + n), 1, Integer::sum);
        return counts;
    }

    private static int total(Map<List<String>, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static int[] ids(List<String> words, Map<String, Integer> ids) {
        return words.stream()
                .mapToInt(word -> ids.computeIfAbsent(word, _ -> ids.size()))
                .toArray();
    }

    private static double f(int same, int predicted, int expected) {
        if (same == 0) return 0;
        double precision = (double) same / predicted;
        double recall = (double) same / expected;
        return 2 * precision * recall / (precision + recall);
    }
}
