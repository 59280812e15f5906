package org.halftune.chat.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.halftune.chat.jinja.Values.Callable;
import org.halftune.chat.jinja.Values.Namespace;
import org.halftune.chat.jinja.Values.View;
import org.jspecify.annotations.Nullable;

/**
 * Global functions: jinja2's {@code range}, {@code dict}, {@code namespace}; transformers' {@code raise_exception} and
 * {@code strftime_now}.
 */
final class Functions {
    /** The limit of jinja2's sandbox. */
    private static final long MAX_RANGE = 100_000;

    private Functions() {}

    static final Map<String, Callable> ALL = Map.of(
            "cycler",
            unsupported("cycler"),
            "joiner",
            unsupported("joiner"),
            "lipsum",
            unsupported("lipsum"),
            "range",
            Functions::range,
            "namespace",
            (render, arguments) -> new Namespace(fields(render, arguments)),
            "dict",
            (render, arguments) -> new LinkedHashMap<@Nullable Object, @Nullable Object>(fields(render, arguments)),
            "raise_exception",
            (render, arguments) -> {
                throw JinjaError.raisedByTemplate(Printed.text(
                        render, arguments.only("raise_exception", "message").need(0, "message")));
            },
            "strftime_now",
            (render, arguments) -> Strftime.of(
                    render.now(), arguments.only("strftime_now", "format").text(0, "format")));

    private static Callable unsupported(String name) {
        return (render, arguments) -> {
            throw JinjaError.of("the function " + name + " is not supported");
        };
    }

    private static View range(Render render, CallArguments arguments) {
        arguments.only("range", "start", "stop", "step").need(0, "start");
        boolean one = !arguments.has(1, "stop");
        long start = one ? 0 : Values.whole(arguments.get(0, "start", 0L));
        long stop = Values.whole(arguments.get(one ? 0 : 1, one ? "start" : "stop", 0L));
        long step = Values.whole(arguments.get(2, "step", 1L));
        if (step == 0) throw JinjaError.of("range() arg 3 must not be zero");
        var items = new ArrayList<@Nullable Object>();
        for (long i = start; step > 0 ? i < stop : i > stop; i = Math.addExact(i, step)) {
            if (items.size() == MAX_RANGE)
                throw JinjaError.of(
                        "Range too big. The sandbox blocks ranges larger than MAX_RANGE (" + MAX_RANGE + ").");
            render.spend(1);
            items.add(i);
            if (step > 0 ? i > Long.MAX_VALUE - step : i < Long.MIN_VALUE - step) break;
        }
        return new View("range", items);
    }

    /** Fields from a dict or pairs, and from keyword arguments. */
    private static Map<String, @Nullable Object> fields(Render render, CallArguments arguments) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        if (arguments.positional().size() > 1) throw JinjaError.of("dict expected at most 1 argument");
        for (Object given : arguments.positional()) {
            List<@Nullable Object> pairs =
                    given instanceof Map<?, ?> map ? ListMethods.items(render, map) : Values.walk(render, given);
            for (Object pair : pairs) {
                if (!(pair instanceof List<?> two) || two.size() != 2 || !(two.getFirst() instanceof String name)) {
                    throw JinjaError.of("keys of dict() and namespace() must be strings");
                }
                fields.put(name, two.get(1));
            }
        }
        fields.putAll(arguments.named());
        return fields;
    }
}
