package org.halftune.chat.jinja;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One rendering under way: its output, and what it has left to spend. Every node that is evaluated costs one step, long texts
 * and lists cost more; so work and memory are bounded whatever the template says, and independently of the machine's speed.
 */
final class Render {
    /** Steps of a template with an empty conversation: a fraction of a second. */
    private static final long BASE_STEPS = 1_500_000;
    /** Steps for each character of the conversation. A real template takes less than one. */
    private static final long STEPS_PER_CHARACTER = 32;

    private static final int CHARACTERS_PER_STEP = 16;
    private static final int COMPARISONS_PER_STEP = 256;
    private static final int MAX_CHARACTERS = 16_000_000;
    private static final int MAX_DEPTH = 400;

    private final LocalDateTime now;
    private final long maxCharacters;
    private final List<Mark> marks = new ArrayList<>();
    private StringBuilder out = new StringBuilder();
    private int captures;
    private long steps;
    private int depth;

    /** Output from {@code start} to {@code end} stood in a {@code generation} block. */
    record Mark(int start, int end) {}

    /** @param size characters of the conversation, and some for each value in it */
    Render(LocalDateTime now, long size) {
        this.now = now;
        steps = BASE_STEPS + STEPS_PER_CHARACTER * size;
        maxCharacters = MAX_CHARACTERS + 4 * size;
    }

    LocalDateTime now() {
        return now;
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
            throw JinjaError.of(
                    "the template does not come to an end: it is stopped after more steps than a chat template can need");
        }
    }

    /** For a text of this length that is made or searched. */
    void spendText(long characters) {
        if (characters > maxCharacters) {
            throw JinjaError.of(
                    "the template makes a text of " + characters + " characters, and may make " + maxCharacters);
        }
        spend(characters / CHARACTERS_PER_STEP);
    }

    /** For looking for a text of {@code part} characters in one of {@code whole}: the product, in the worst case. */
    void spendSearch(long whole, long part) {
        spend(whole / CHARACTERS_PER_STEP + Math.max(0, whole - part) * part / COMPARISONS_PER_STEP);
    }

    /** One step, one level deeper. An error ends the whole rendering, so only success needs {@link #leave}. */
    void enter(int characters) {
        spend(1);
        if (characters > maxCharacters) spendText(characters);
        if (++depth > MAX_DEPTH)
            throw JinjaError.of("the template is nested or calls itself more than " + MAX_DEPTH + " deep");
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

    /** What {@code body} writes, as a value. */
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
            throw JinjaError.of(
                    "a generation block inside a macro, call, filter or set block has no place in the text");
        }
        return out.length();
    }

    void generated(int start) {
        marks.add(new Mark(start, out.length()));
    }
}
