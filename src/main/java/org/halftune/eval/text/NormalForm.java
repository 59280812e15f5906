package org.halftune.eval.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Normal forms in which short answers are compared. */
public final class NormalForm {
    private static final Pattern ARTICLES = Pattern.compile("(?U)\\b(a|an|the)\\b");

    private NormalForm() {}

    /**
     * SQuAD's normal form (Rajpurkar et al. 2016, arXiv 1606.05250), which TriviaQA uses too: lower case, without ASCII
     * punctuation and the articles a, an, the; one space between words.
     */
    public static String squad(String text) {
        String bare = PythonText.withoutPunctuation(PythonText.lower(text));
        return PythonText.spaced(ARTICLES.matcher(bare).replaceAll(" "));
    }

    /** For exact_match: white space stripped and collapsed; case and ASCII punctuation dropped on request. */
    public static String exact(String text, boolean ignoreCase, boolean ignorePunctuation) {
        String cased = ignoreCase ? PythonText.lower(text) : text;
        return PythonText.spaced(ignorePunctuation ? PythonText.withoutPunctuation(cased) : cased);
    }

    /** SQuAD's F1 of the words in normal form; 1 if both have none, 0 if one has none. */
    public static double f1(String prediction, String reference) {
        List<String> predicted = PythonText.words(squad(prediction));
        List<String> expected = PythonText.words(squad(reference));
        if (predicted.isEmpty() || expected.isEmpty()) return predicted.equals(expected) ? 1 : 0;
        Map<String, Integer> left = new HashMap<>();
        for (String word : expected) left.merge(word, 1, Integer::sum);
        int same = 0;
        for (String word : predicted) if (left.merge(word, -1, Integer::sum) >= 0) same++;
        return 2.0 * same / (predicted.size() + expected.size());
    }
}
