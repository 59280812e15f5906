package org.halftune.eval.text;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * ROUGE-L of the Python package rouge 1.0, which TRACE uses: at the level of summaries, over sets of words. Texts are cut at
 * every full stop, and words at spaces.
 */
public final class TraceRouge {
    private TraceRouge() {}

    /**
     * The F measure, called as TRACE calls it: with the reference as the package's hypothesis. 0 if a text has no words, where
     * TRACE skips the row and still divides by all rows.
     */
    public static double longest(String prediction, String reference) {
        var hypothesis = sentences(reference);
        var other = sentences(prediction);
        if (isEmpty(hypothesis) || isEmpty(other)) return 0;
        Set<String> union = new HashSet<>();
        for (var sentence : other) {
            for (var evaluated : hypothesis) union.addAll(common(sentence, evaluated));
        }
        double recall = (double) union.size() / distinct(other);
        double precision = (double) union.size() / distinct(hypothesis);
        return 2 * (precision * recall / (precision + recall + 1e-8));
    }

    private static List<List<String>> sentences(String text) {
        var sentences = new ArrayList<List<String>>();
        for (String part : text.split("\\.", -1)) {
            if (part.isEmpty()) continue;
            // The package joins words by one space and splits at it, so a blank sentence is one empty word.
            sentences.add(List.of(PythonText.spaced(part).split(" ", -1)));
        }
        return sentences;
    }

    private static boolean isEmpty(List<List<String>> sentences) {
        return sentences.stream().flatMap(List::stream).allMatch(String::isEmpty);
    }

    private static int distinct(List<List<String>> sentences) {
        return (int) sentences.stream().flatMap(List::stream).distinct().count();
    }

    /** The words of a longest common subsequence: of several the one that the package's walk finds. */
    private static Set<String> common(List<String> x, List<String> y) {
        var table = new int[x.size() + 1][y.size() + 1];
        for (int i = 1; i <= x.size(); i++) {
            for (int j = 1; j <= y.size(); j++) {
                table[i][j] = x.get(i - 1).equals(y.get(j - 1))
                        ? table[i - 1][j - 1] + 1
                        : Math.max(table[i - 1][j], table[i][j - 1]);
            }
        }
        Set<String> words = new HashSet<>();
        int i = x.size();
        int j = y.size();
        while (i > 0 && j > 0) {
            if (x.get(i - 1).equals(y.get(j - 1))) {
                words.add(x.get(i - 1));
                i--;
                j--;
            } else if (table[i - 1][j] > table[i][j - 1]) i--;
            else j--;
        }
        return words;
    }
}
