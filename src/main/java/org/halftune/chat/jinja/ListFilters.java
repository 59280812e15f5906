package org.halftune.chat.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.halftune.chat.jinja.Values.OnePass;
import org.halftune.chat.jinja.Values.Undefined;
import org.jspecify.annotations.Nullable;

/** jinja2's filters for lists and dicts. */
final class ListFilters {
    private ListFilters() {}

    static void register(Map<String, Filters.Filter> all) {
        all.put("length", (r, v, a) -> Values.length(v));
        all.put("count", all.get("length"));
        all.put("list", (r, v, a) -> copy(r, v));
        all.put("first", (r, v, a) -> {
            var items = Values.walk(r, v);
            return items.isEmpty() ? new Undefined("No first item, sequence was empty.") : items.getFirst();
        });
        all.put("last", (r, v, a) -> {
            if (v instanceof OnePass) throw JinjaError.of("'generator' object is not reversible");
            var items = Values.walk(r, v);
            return items.isEmpty() ? new Undefined("No last item, sequence was empty.") : items.getLast();
        });
        all.put("reverse", (r, v, a) -> {
            if (v instanceof String text)
                return new StringBuilder(text).reverse().toString();
            var items = copy(r, v);
            Collections.reverse(items);
            return new OnePass(() -> items);
        });
        all.put("join", (r, v, a) -> {
            a.only("join", "d", "attribute");
            var texts = new ArrayList<@Nullable Object>();
            Object attribute = a.get(1, "attribute", null);
            for (Object item : Values.walk(r, v))
                texts.add(Filters.text(r, attribute == null ? item : path(r, item, attribute)));
            return TextMethods.join(r, Filters.text(r, a.get(0, "d", "")), texts);
        });
        all.put("items", lazy((r, v, a) -> {
            if (v instanceof Undefined) return List.of();
            if (v instanceof Map<?, ?> map) return ListMethods.items(r, map);
            throw JinjaError.of("Can only get item pairs from a mapping.");
        }));
        all.put("dictsort", ListFilters::dictsort);
        all.put("map", lazy(ListFilters::map));
        all.put("select", lazy((r, v, a) -> select(r, v, a, false, true)));
        all.put("reject", lazy((r, v, a) -> select(r, v, a, false, false)));
        all.put("selectattr", lazy((r, v, a) -> select(r, v, a, true, true)));
        all.put("rejectattr", lazy((r, v, a) -> select(r, v, a, true, false)));
        all.put("sort", (r, v, a) -> {
            a.only("sort", "reverse", "case_sensitive", "attribute");
            return sorted(
                    r,
                    copy(r, v),
                    a.flag(0, "reverse", false),
                    a.flag(1, "case_sensitive", false),
                    a.get(2, "attribute", null));
        });
        all.put("unique", lazy(ListFilters::unique));
        all.put("min", (r, v, a) -> extreme(r, v, a, false));
        all.put("max", (r, v, a) -> extreme(r, v, a, true));
        all.put("sum", (r, v, a) -> {
            a.only("sum", "attribute", "start");
            Object sum = a.get(1, "start", 0L);
            Object attribute = a.get(0, "attribute", null);
            for (Object item : Values.walk(r, v))
                sum = Operators.apply(r, "+", sum, attribute == null ? item : path(r, item, attribute));
            return sum;
        });
    }

    private interface Listed {
        List<@Nullable Object> apply(Render render, @Nullable Object value, CallArguments arguments);
    }

    /** Returns a generator, as Python does: the items are computed when it is iterated. */
    private static Filters.Filter lazy(Listed filter) {
        return (render, value, arguments) -> new OnePass(() -> filter.apply(render, value, arguments));
    }

    private static List<@Nullable Object> copy(Render render, @Nullable Object value) {
        var items = Values.walk(render, value);
        render.spend(items.size());
        return new ArrayList<>(items);
    }

    /** Looks up {@code a.b.0} step by step. */
    private static @Nullable Object path(Render render, @Nullable Object item, @Nullable Object attribute) {
        if (!(attribute instanceof String names)) return Attributes.item(render, item, attribute);
        Object at = item;
        for (String name : names.split("\\.", -1)) {
            boolean number =
                    !name.isEmpty() && name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9');
            at = Attributes.item(render, at, number ? (Object) Long.valueOf(name) : name);
        }
        return at;
    }

    private static List<@Nullable Object> map(Render render, @Nullable Object value, CallArguments arguments) {
        var items = new ArrayList<@Nullable Object>();
        if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
            boolean hasDefault = arguments.named().containsKey("default");
            for (Object item : Values.walk(render, value)) {
                Object got = path(render, item, arguments.named().get("attribute"));
                items.add(
                        got instanceof Undefined && hasDefault
                                ? arguments.named().get("default")
                                : got);
            }
            return items;
        }
        String name = arguments.text(0, "filter");
        Filters.Filter filter = Filters.find(name);
        if (filter == null) throw JinjaError.of("No filter named '" + name + "'.");
        var rest = new CallArguments(
                arguments.positional().subList(1, arguments.positional().size()), arguments.named());
        for (Object item : Values.walk(render, value)) items.add(filter.apply(render, item, rest));
        render.spend(items.size());
        return items;
    }

    private static List<@Nullable Object> select(
            Render render, @Nullable Object value, CallArguments arguments, boolean byAttribute, boolean wanted) {
        int from = byAttribute ? 1 : 0;
        Object attribute = byAttribute ? arguments.need(0, "attribute") : null;
        Tests.Test test = (r, v, a) -> Values.isTrue(v);
        var rest = CallArguments.NONE;
        if (arguments.positional().size() > from) {
            String name = arguments.text(from, "test");
            test = Tests.find(name);
            if (test == null) throw JinjaError.of("No test named '" + name + "'.");
            rest = new CallArguments(
                    arguments
                            .positional()
                            .subList(from + 1, arguments.positional().size()),
                    arguments.named());
        }
        var items = new ArrayList<@Nullable Object>();
        for (Object item : Values.walk(render, value)) {
            render.spend(1);
            if (test.holds(render, byAttribute ? path(render, item, attribute) : item, rest) == wanted) items.add(item);
        }
        return items;
    }

    private static @Nullable Object sortKey(
            Render render, @Nullable Object item, boolean caseSensitive, @Nullable Object attribute) {
        Object key = attribute == null ? item : path(render, item, attribute);
        return !caseSensitive && key instanceof String text
                ? render.string(text).toLowerCase(Locale.ROOT)
                : key;
    }

    private static List<@Nullable Object> sorted(
            Render render,
            List<@Nullable Object> items,
            boolean reverse,
            boolean caseSensitive,
            @Nullable Object attribute) {
        if (attribute instanceof String text && text.indexOf(',') >= 0)
            throw JinjaError.of("sort by several attributes is not supported");
        record Keyed(@Nullable Object key, @Nullable Object item) {}
        var keyed = new ArrayList<Keyed>();
        for (Object item : items) keyed.add(new Keyed(sortKey(render, item, caseSensitive, attribute), item));
        // Stable in both directions, as in Python.
        keyed.sort((a, b) -> reverse
                ? Values.compare(render, b.key(), a.key(), "<")
                : Values.compare(render, a.key(), b.key(), "<"));
        var result = new ArrayList<@Nullable Object>();
        for (var each : keyed) result.add(each.item());
        return result;
    }

    private static Object dictsort(Render render, @Nullable Object value, CallArguments arguments) {
        arguments.only("dictsort", "case_sensitive", "by", "reverse");
        if (value instanceof Undefined undefined) throw undefined.error();
        if (!(value instanceof Map<?, ?> map))
            throw JinjaError.of("dictsort needs a mapping, not " + Values.type(value));
        Object by = arguments.get(1, "by", "key");
        long index = "key".equals(by) ? 0 : 1;
        return sorted(
                render,
                ListMethods.items(render, map),
                arguments.flag(2, "reverse", false),
                arguments.flag(0, "case_sensitive", false),
                index);
    }

    private static List<@Nullable Object> unique(Render render, @Nullable Object value, CallArguments arguments) {
        arguments.only("unique", "case_sensitive", "attribute");
        var seen = new ArrayList<@Nullable Object>();
        var items = new ArrayList<@Nullable Object>();
        for (Object item : Values.walk(render, value)) {
            Object key = sortKey(
                    render, item, arguments.flag(0, "case_sensitive", false), arguments.get(1, "attribute", null));
            if (Values.contains(render, seen, Values.key(key))) continue;
            seen.add(key);
            items.add(item);
        }
        return items;
    }

    private static @Nullable Object extreme(
            Render render, @Nullable Object value, CallArguments arguments, boolean greatest) {
        arguments.only("min", "case_sensitive", "attribute");
        var items = sorted(
                render,
                copy(render, value),
                greatest,
                arguments.flag(0, "case_sensitive", false),
                arguments.get(1, "attribute", null));
        return items.isEmpty() ? new Undefined("No aggregated item, sequence was empty.") : items.getFirst();
    }
}
