package org.halftune.eval.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Similarity of texts by edit distance, over code points; 1 for equal texts. */
public final class EditSimilarity {
    private static final Pattern LITERAL = Pattern.compile("<(?:STR|NUM|CHAR)_LIT:(.*?)>", Pattern.DOTALL);

    private EditSimilarity() {}

    /**
     * {@code 1 − (insertions + deletions) / (|a| + |b|)}, the ratio of rapidfuzz and fuzzywuzzy: insertions and deletions
     * together are {@code |a| + |b| − 2·LCS(a, b)}.
     */
    public static double indel(String a, String b) {
        int[] left = a.codePoints().toArray();
        int[] right = b.codePoints().toArray();
        int total = left.length + right.length;
        return total == 0 ? 1 : 1 - (total - 2.0 * Subsequence.length(left, right)) / total;
    }

    /** {@code 1 − distance / max(|a|, |b|)} with the distance of Levenshtein (1966): insertion, deletion, substitution. */
    public static double levenshtein(String a, String b) {
        int[] left = a.codePoints().toArray();
        int[] right = b.codePoints().toArray();
        int longer = Math.max(left.length, right.length);
        if (longer == 0) return 1;
        int[] row = new int[right.length + 1];
        for (int j = 0; j <= right.length; j++) row[j] = j;
        for (int i = 1; i <= left.length; i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length; j++) {
                int substituted = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return 1 - (double) row[right.length] / longer;
    }

    /** {@link #indel} of code of Py150, with its markers of literals replaced by the literals, as TRACE does. */
    public static double code(String a, String b) {
        return indel(literals(a), literals(b));
    }

    private static String literals(String code) {
        String plain = code.replace("<NUM_LIT>", "0").replace("<STR_LIT>", "").replace("<CHAR_LIT>", "");
        return LITERAL.matcher(plain).replaceAll(found -> Matcher.quoteReplacement(found.group(1)));
    }
}
