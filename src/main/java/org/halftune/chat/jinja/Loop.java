package org.halftune.chat.jinja;

import java.util.List;
import org.halftune.chat.jinja.Values.Callable;
import org.halftune.chat.jinja.Values.Undefined;
import org.jspecify.annotations.Nullable;

/** The variable {@code loop} of a {@code for} block. */
final class Loop {
    private final List<@Nullable Object> items;
    private int index;
    private @Nullable List<@Nullable Object> lastChanged;

    Loop(List<@Nullable Object> items) {
        this.items = items;
    }

    void at(int index) {
        this.index = index;
    }

    @Nullable
    Object attribute(Render render, String name) {
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> (long) items.size() - index;
            case "revindex0" -> items.size() - index - 1L;
            case "first" -> index == 0;
            case "last" -> index == items.size() - 1;
            case "length" -> (long) items.size();
            case "depth" -> 1L; // depth of recursion, which is not supported
            case "depth0" -> 0L;
            case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined("there is no previous item");
            case "nextitem" -> index + 1 < items.size() ? items.get(index + 1) : new Undefined("there is no next item");
            case "cycle" ->
                (Callable) (r, arguments) -> {
                    if (arguments.positional().isEmpty()) throw JinjaError.of("no items for cycling given");
                    return arguments
                            .positional()
                            .get(index % arguments.positional().size());
                };
            case "changed" -> (Callable) this::changed;
            default -> new Undefined("'loop' has no attribute '" + name + "'");
        };
    }

    private Object changed(Render render, CallArguments arguments) {
        boolean same = lastChanged != null && Values.equal(render, lastChanged, arguments.positional());
        lastChanged = arguments.positional();
        return !same;
    }
}
