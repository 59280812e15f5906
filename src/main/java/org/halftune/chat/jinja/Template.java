package org.halftune.chat.jinja;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A parsed template. Thread-safe. */
public final class Template {
    /** The longest template of a real model has about 30,000 characters. */
    private static final int MAX_SOURCE = 1_000_000;

    private final List<Statement> body;
    private final boolean generation;

    private Template(Parser.Parsed parsed) {
        body = parsed.body();
        generation = parsed.generation();
    }

    /** @throws JinjaError if the source is not valid, or uses unsupported Jinja */
    public static Template parse(String source) {
        if (source.length() > MAX_SOURCE) {
            throw JinjaError.at(
                    1,
                    String.format(
                            Locale.ROOT,
                            "the template has %,d characters; the limit is %,d",
                            source.length(),
                            MAX_SOURCE));
        }
        try {
            return new Template(Parser.parse(source));
        } catch (StackOverflowError e) {
            throw JinjaError.at(1, "the template is nested too deeply");
        }
    }

    /** Whether it has {@code {% generation %}} blocks. */
    public boolean marksGeneration() {
        return generation;
    }

    /**
     * @param generated start and end of each generation block in the text in {@code char} indices, in the order of
     *     their ends
     */
    public record Result(String text, List<int[]> generated) {}

    /**
     * @param variables JSON values: strings, numbers, booleans, null, lists, maps
     * @param now the time that {@code strftime_now} gives
     * @throws JinjaError if the template calls {@code raise_exception}, or fails
     */
    public Result render(Map<String, ? extends @Nullable Object> variables, LocalDateTime now) {
        var render = new Render(now, size(variables), false);
        try {
            Statement.runAll(body, render, scope(variables));
        } catch (StackOverflowError e) {
            throw JinjaError.of("a value is nested too deeply");
        }
        return new Result(
                render.text(),
                render.marks().stream()
                        .map(mark -> new int[] {mark.start(), mark.end()})
                        .toList());
    }

    /**
     * The value of a template that is a single {@code {{ expression }}}: a string, number, boolean, list, map or null. Any
     * other template gives its text. Undefined values are errors, as with jinja2's StrictUndefined.
     *
     * @throws JinjaError if the template fails, or prints or returns an undefined value
     */
    public @Nullable Object value(Map<String, ? extends @Nullable Object> variables) {
        var render = new Render(LocalDateTime.MIN, size(variables), true);
        try {
            if (body.size() == 1
                    && body.getFirst() instanceof Statement.Output output
                    && output.expressions().size() == 1) {
                Object value = render.value(output.expressions().getFirst(), scope(variables));
                if (value instanceof Values.Undefined undefined) throw undefined.error();
                return value instanceof Values.View view ? new ArrayList<>(view.items()) : value;
            }
            Statement.runAll(body, render, scope(variables));
            return render.text();
        } catch (StackOverflowError e) {
            throw JinjaError.of("a value is nested too deeply");
        }
    }

    private static Scope scope(Map<String, ? extends @Nullable Object> variables) {
        var globals = new Scope(null, new HashMap<>(Functions.ALL));
        return new Scope(new Scope(globals, new HashMap<>(variables)));
    }

    private static long size(@Nullable Object value) {
        return switch (value) {
            case String text -> text.length();
            case List<?> list -> 16 + list.stream().mapToLong(Template::size).sum();
            case Map<?, ?> map ->
                16
                        + map.entrySet().stream()
                                .mapToLong(e -> size(e.getKey()) + size(e.getValue()))
                                .sum();
            case null, default -> 8;
        };
    }
}
