package org.halftune.eval.text;

import java.util.regex.Pattern;

/** The tokenizer 13a of sacrebleu (Post 2018, arXiv 1804.08771), that of NIST's mteval-v13a. */
final class Tokens13a {
    /** ASCII punctuation and symbols other than {@code ' , - .}. */
    private static final Pattern SYMBOL = Pattern.compile("([{-~\\[-` -&(-+:-@/])");

    private static final Pattern AFTER_NO_DIGIT = Pattern.compile("([^0-9])([.,])");
    private static final Pattern BEFORE_NO_DIGIT = Pattern.compile("([.,])([^0-9])");
    private static final Pattern DASH = Pattern.compile("([0-9])(-)");

    private Tokens13a() {}

    /** The tokens with one space between them. */
    static String of(String text) {
        String line = text.replace("<skipped>", "").replace("-\n", "").replace("\n", " ");
        line = line.replace("&quot;", "\"")
                .replace("&amp;", "&")
                .replace("&lt;", "<")
                .replace("&gt;", ">");
        line = SYMBOL.matcher(" " + line + " ").replaceAll(" $1 ");
        line = AFTER_NO_DIGIT.matcher(line).replaceAll("$1 $2 ");
        line = BEFORE_NO_DIGIT.matcher(line).replaceAll(" $1 $2");
        return PythonText.spaced(DASH.matcher(line).replaceAll("$1 $2 "));
    }
}
