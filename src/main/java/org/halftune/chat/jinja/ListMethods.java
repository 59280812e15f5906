package org.halftune.chat.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.halftune.chat.jinja.Values.Callable;
import org.halftune.chat.jinja.Values.Tuple;
import org.halftune.chat.jinja.Values.View;
import org.jspecify.annotations.Nullable;

/** Methods of lists and dicts that do not modify them. The others are errors, as in jinja2's sandbox. */
final class ListMethods {
    private static final Set<String> CHANGES_LIST =
            Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");
    private static final Set<String> CHANGES_DICT = Set.of("clear", "pop", "popitem", "setdefault", "update");

    private ListMethods() {}

    static @Nullable Callable find(Map<?, ?> dict, String name) {
        if (CHANGES_DICT.contains(name)) return refused(name, "dict");
        return switch (name) {
            case "items" -> (render, arguments) -> new View("dict_items", items(render, dict));
            case "keys" -> (render, arguments) -> new View("dict_keys", Values.walk(render, dict));
            case "values" ->
                (render, arguments) -> {
                    render.spend(dict.size());
                    return new View("dict_values", new ArrayList<>(dict.values()));
                };
            case "get" ->
                (render, arguments) -> {
                    Object key =
                            Values.key(arguments.only("get", "key", "default").need(0, "key"));
                    return dict.containsKey(key) ? dict.get(key) : arguments.get(1, "default", null);
                };
            case "copy" ->
                (render, arguments) -> {
                    render.spend(dict.size());
                    return new LinkedHashMap<@Nullable Object, @Nullable Object>(dict);
                };
            default -> null;
        };
    }

    static @Nullable Callable find(List<?> list, String name) {
        if (CHANGES_LIST.contains(name) && !(list instanceof Tuple)) return refused(name, "list");
        return switch (name) {
            case "index" ->
                (render, arguments) -> {
                    for (int i = 0; i < list.size(); i++) {
                        if (Values.equal(
                                render,
                                list.get(i),
                                arguments.only("index", "value").need(0, "value"))) return (long) i;
                    }
                    throw JinjaError.of("the value is not in the list");
                };
            case "count" ->
                (render, arguments) -> {
                    long count = 0;
                    for (Object item : list)
                        if (Values.equal(
                                render, item, arguments.only("count", "value").need(0, "value"))) count++;
                    return count;
                };
            case "copy" ->
                (render, arguments) -> {
                    render.spend(list.size());
                    return new ArrayList<@Nullable Object>(list);
                };
            default -> null;
        };
    }

    /** The (key, value) pairs of a dict. */
    static List<@Nullable Object> items(Render render, Map<?, ?> dict) {
        render.spend(dict.size());
        var pairs = new ArrayList<@Nullable Object>(dict.size());
        for (var entry : dict.entrySet()) pairs.add(pair(entry.getKey(), entry.getValue()));
        return pairs;
    }

    private static Tuple pair(@Nullable Object key, @Nullable Object value) {
        var pair = new ArrayList<@Nullable Object>(2);
        pair.add(key);
        pair.add(value);
        return new Tuple(pair);
    }

    private static Callable refused(String name, String type) {
        return (render, arguments) -> {
            throw JinjaError.of("access to attribute '" + name + "' of '" + type
                    + "' object is unsafe: templates cannot modify data");
        };
    }
}
