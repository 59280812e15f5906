package org.halftune.eval;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * How answers are normalised and compared. Leading and trailing white space is removed and inner white space becomes
 * one space, as in SQuAD (Rajpurkar et al. 2016). Articles and punctuation are kept, unlike in SQuAD, because answers
 * may be numbers, code or in other languages. {@code ignoreCase} is the option of lm-evaluation-harness' exact_match.
 *
 * @param firstLine whether an answer ends at the first line break after its first word, if the expected answer has a
 *     single line: a model that was not trained to stop would continue with another question
 * @param ignoreCase whether case is ignored
 */
public record AnswerForm(boolean firstLine, boolean ignoreCase) {
    /** Unicode white space, including the no-break space. */
    private static final Pattern SPACES = Pattern.compile("(?U)\\s+");

    private static final Pattern LINE_BREAK = Pattern.compile("\\R");

    /** First line only, case-sensitive. */
    public static final AnswerForm DEFAULT = new AnswerForm(true, false);

    /** Whether {@code text} contains the {@code expected} answer. */
    public boolean matches(String text, String expected) {
        return normalized(answer(text, expected)).equals(normalized(expected));
    }

    /** The part of a generated text that counts as the answer, as written. */
    public String answer(String text, String expected) {
        String answer = strip(text);
        if (!endsAtLine(expected)) return answer;
        return strip(LINE_BREAK.split(answer, 2)[0]);
    }

    /** Whether {@code text} already has the whole answer, so that generation can stop. */
    public boolean complete(String text, String expected) {
        return endsAtLine(expected) && LINE_BREAK.matcher(stripLeading(text)).find();
    }

    /** The normalised form of an answer, for comparison. */
    public String normalized(String answer) {
        String spaced = SPACES.matcher(strip(answer)).replaceAll(" ");
        // Upper case first, so that letters with several lower-case forms (ß, ς) become equal.
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
