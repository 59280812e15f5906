package org.halftune.problem;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Suggests a known word for a mistyped one. */
public final class Spelling {
    private Spelling() {}

    /** "did you mean …?" with the {@linkplain #closest closest} known word, or {@code otherwise} if none is close. */
    public static String didYouMean(String word, Collection<String> known, String otherwise) {
        return closest(word, known).map(near -> "did you mean '" + near + "'?").orElse(otherwise);
    }

    /**
     * The known word with the smallest edit distance, if it is at most a quarter of the length; else a word that starts
     * with {@code word}, or with which {@code word} starts.
     */
    public static Optional<String> closest(String word, Collection<String> known) {
        int limit = Math.clamp(word.length() / 4, 1, 2);
        return known.stream()
                .filter(candidate -> Math.abs(candidate.length() - word.length()) <= limit)
                .filter(candidate -> distance(word, candidate) <= limit)
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)))
                .or(() -> known.stream()
                        .filter(candidate -> (word.length() > 2 && candidate.startsWith(word))
                                || (candidate.length() > 2 && word.startsWith(candidate))
                                || (word.length() > 4 && candidate.endsWith("_" + word)))
                        .findFirst());
    }

    /** Damerau–Levenshtein distance with swaps of adjacent letters. */
    static int distance(String left, String right) {
        var rows = new int[left.length() + 1][right.length() + 1];
        for (int i = 0; i <= left.length(); i++) {
            for (int j = 0; j <= right.length(); j++) {
                if (i == 0 || j == 0) {
                    rows[i][j] = i + j;
                    continue;
                }
                int other = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
                rows[i][j] = Math.min(Math.min(rows[i - 1][j], rows[i][j - 1]) + 1, rows[i - 1][j - 1] + other);
                boolean swapped = i > 1
                        && j > 1
                        && left.charAt(i - 1) == right.charAt(j - 2)
                        && left.charAt(i - 2) == right.charAt(j - 1);
                if (swapped) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
            }
        }
        return rows[left.length()][right.length()];
    }
}
