package org.halftune.chat.jinja;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The state of one rendering: its output and its budget of steps. Evaluating a node costs one step; long texts and
 * lists cost more. This bounds work and memory for any template, independent of the speed of the machine.
 */
final class Render {
    /** Budget of a template with an empty conversation: a fraction of a second. */
    private static final long BASE_STEPS = 1_500_000;
    /** Additional budget per character of the conversation. Real templates need less than one step. */
    private static final long STEPS_PER_CHARACTER = 32;

    private static final int CHARACTERS_PER_STEP = 16;
    private static final int COMPARISONS_PER_STEP = 256;
    private static final int MAX_CHARACTERS = 16_000_000;
    private static final int MAX_DEPTH = 400;

    private final LocalDateTime now;
    private final boolean strict;
    private final long maxCharacters;
    private final List<Mark> marks = new ArrayList<>();
    private StringBuilder out = new StringBuilder();
    private int captures;
    private long steps;
    private int depth;

    /** Span of a {@code generation} block in the output. */
    record Mark(int start, int end) {}

    /**
     * @param size number of characters of the conversation, plus some for each value
     * @param strict whether printing an undefined value is an error, as with jinja2's StrictUndefined
     */
    Render(LocalDateTime now, long size, boolean strict) {
        this.now = now;
        this.strict = strict;
        steps = BASE_STEPS + STEPS_PER_CHARACTER * size;
        maxCharacters = MAX_CHARACTERS + 4 * size;
    }

    LocalDateTime now() {
        return now;
    }

    boolean strict() {
        return strict;
    }

    String text() {
        return out.toString();
    }

    List<Mark> marks() {
        return marks;
    }

    void spend(long cost) {
        steps -= cost;
        if (steps < 0) {
            throw JinjaError.of("the template was stopped because it takes too many steps");
        }
    }

    /** Counts a text of this length that is created or searched. */
    void spendText(long characters) {
        if (characters > maxCharacters) {
            throw JinjaError.of(String.format(
                    Locale.ROOT,
                    "the template creates a text of %,d characters; the limit is %,d",
                    characters,
                    maxCharacters));
        }
        spend(characters / CHARACTERS_PER_STEP);
    }

    /**
     * Counts a search for {@code part} characters in a text of {@code whole} characters: their product, in the worst
     * case.
     */
    void spendSearch(long whole, long part) {
        spend(whole / CHARACTERS_PER_STEP + Math.max(0, whole - part) * part / COMPARISONS_PER_STEP);
    }

    /**
     * Counts one step and one level of nesting. An error ends the rendering, so {@link #leave} is needed only on
     * success.
     */
    void enter(int characters) {
        spend(1);
        if (characters > maxCharacters) spendText(characters);
        if (++depth > MAX_DEPTH)
            throw JinjaError.of("the template is nested or recurses more than " + MAX_DEPTH + " levels deep");
    }

    void leave() {
        depth--;
    }

    @Nullable
    Object value(Expression expression, Scope scope) {
        enter(0);
        Object value;
        try {
            value = expression.value(this, scope);
        } catch (JinjaError e) {
            throw e.from(expression.line());
        }
        leave();
        return value;
    }

    String string(String text) {
        spendText(text.length());
        return text;
    }

    void write(String text) {
        spendText(
                (long) out.length() + text.length() > maxCharacters
                        ? (long) out.length() + text.length()
                        : text.length());
        out.append(text);
    }

    /** The output of {@code body} as a value. */
    String capture(Runnable body) {
        var before = out;
        out = new StringBuilder();
        captures++;
        body.run();
        captures--;
        String text = out.toString();
        out = before;
        return text;
    }

    int generationStarts() {
        if (captures > 0) {
            throw JinjaError.of("a generation block cannot be inside a macro, call, filter or set block");
        }
        return out.length();
    }

    void generated(int start) {
        marks.add(new Mark(start, out.length()));
    }
}
