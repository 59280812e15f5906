package org.halftune.problem;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Suggests a known word for a mistyped one. */
public final class Spelling {
    private Spelling() {}

    /** A question with the {@linkplain #closest closest} known word, or {@code otherwise} if none is near. */
    public static String didYouMean(String word, Collection<String> known, String otherwise) {
        return closest(word, known).map(near -> "did you mean '" + near + "'?").orElse(otherwise);
    }

    /**
     * The known word with the fewest slips (a letter more, less, other, or two swapped), if it has few for its length;
     * else one that begins with the word, or that the word begins with.
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

    /** Damerau and Levenshtein's distance, adjacent swaps only. */
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
