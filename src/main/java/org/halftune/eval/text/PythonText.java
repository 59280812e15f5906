package org.halftune.eval.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Python's {@code str.lower}, {@code str.split} and {@code string.punctuation}, on which the reference metrics rest. */
final class PythonText {
    /** What {@code str.split()} splits at: Unicode white space and the separators U+001C to U+001F. */
    private static final Pattern SPACES = Pattern.compile("(?U)[\\s\\x1c-\\x1f]+");

    private static final Pattern PUNCTUATION = Pattern.compile("[!-/:-@\\[-`{-~]");

    private PythonText() {}

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** {@code text.split()}: no empty words. */
    static List<String> words(String text) {
        var words = new ArrayList<String>();
        for (String word : SPACES.split(text, -1)) if (!word.isEmpty()) words.add(word);
        return words;
    }

    /** {@code " ".join(text.split())}. */
    static String spaced(String text) {
        return String.join(" ", words(text));
    }

    static String withoutPunctuation(String text) {
        return PUNCTUATION.matcher(text).replaceAll("");
    }
}
