package org.halftune.eval;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What of an answer is compared. Surrounding white space never counts and inner runs of it are one space, as in the
 * normalisation of SQuAD (Rajpurkar et al. 2016); its other half, dropping articles and punctuation, is left out because
 * numbers, code and other languages are answers too. {@code ignoreCase} is that of lm-evaluation-harness' exact_match.
 *
 * @param firstLine whether an answer ends at the first line break after its first word, provided that the expected one
 *     has a single line: a model that was not taught to end goes on with a next question
 * @param ignoreCase whether upper and lower case are the same
 */
public record AnswerForm(boolean firstLine, boolean ignoreCase) {
    /** Unicode's white space, the no-break space included. */
    private static final Pattern SPACES = Pattern.compile("(?U)\\s+");

    private static final Pattern LINE_BREAK = Pattern.compile("\\R");

    /** First line, case counts. */
    public static final AnswerForm DEFAULT = new AnswerForm(true, false);

    /** Whether {@code text} answers what {@code expected} asks for. */
    public boolean matches(String text, String expected) {
        return normalized(answer(text, expected)).equals(normalized(expected));
    }

    /** The part of a generated text that counts as the answer, as written. */
    public String answer(String text, String expected) {
        String answer = strip(text);
        if (!endsAtLine(expected)) return answer;
        return strip(LINE_BREAK.split(answer, 2)[0]);
    }

    /** Whether {@code text} already holds the whole answer, so that nothing more need be generated. */
    public boolean complete(String text, String expected) {
        return endsAtLine(expected) && LINE_BREAK.matcher(stripLeading(text)).find();
    }

    /** The form in which two answers are compared. */
    public String normalized(String answer) {
        String spaced = SPACES.matcher(strip(answer)).replaceAll(" ");
        // Upper case first: what has no single lower-case form (ß, ς) then folds to the same letters.
        return ignoreCase ? spaced.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT) : spaced;
    }

    private boolean endsAtLine(String expected) {
        return firstLine && !LINE_BREAK.matcher(strip(expected)).find();
    }

    private static String strip(String text) {
        String leading = stripLeading(text);
        int end = leading.length();
        while (end > 0 && SPACES.matcher(leading.substring(end - 1, end)).matches()) end--;
        return leading.substring(0, end);
    }

    private static String stripLeading(String text) {
        var spaces = SPACES.matcher(text);
        return spaces.lookingAt() ? text.substring(spaces.end()) : text;
    }
}
