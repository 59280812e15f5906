package org.halftune.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.halftune.chat.jinja.Values.Callable;
import org.halftune.chat.jinja.Values.Namespace;
import org.halftune.chat.jinja.Values.Tuple;
import org.halftune.chat.jinja.Values.Undefined;
import org.halftune.chat.jinja.Values.View;
import org.jspecify.annotations.Nullable;

/**
 * {@code a.b}, {@code a['b']}, {@code a[0]}, {@code a[1:]}. Gives access to data and Python's methods only, never to
 * Java objects.
 */
final class Attributes {
    private Attributes() {}

    /** Like jinja2's {@code getattr}: the method, else the item. */
    static @Nullable Object attribute(Render render, @Nullable Object object, String name) {
        if (object instanceof Undefined undefined) throw undefined.error();
        if (name.startsWith("__")) {
            throw JinjaError.of("access to attribute '" + name + "' of '" + Values.type(object) + "' object is unsafe");
        }
        Callable method = method(object, name);
        if (method != null) return method;
        return switch (object) {
            case Map<?, ?> map when map.containsKey(name) -> map.get(name);
            case Namespace namespace
            when namespace.fields().containsKey(name) -> namespace.fields().get(name);
            case Loop loop -> loop.attribute(render, name);
            case null, default -> missing(object, name);
        };
    }

    /** Like jinja2's {@code getitem}: the item, else the method. */
    static @Nullable Object item(Render render, @Nullable Object object, @Nullable Object key) {
        switch (object) {
            case Undefined undefined -> throw undefined.error();
            case Map<?, ?> map -> {
                boolean hashable = !((key instanceof List && !(key instanceof Tuple)) || key instanceof Map);
                if (hashable && map.containsKey(Values.key(key))) return map.get(Values.key(key));
            }
            case List<?> list
            when Values.isWhole(key) -> {
                long index = Values.whole(key) < 0 ? Values.whole(key) + list.size() : Values.whole(key);
                if (index >= 0 && index < list.size()) return list.get((int) index);
            }
            case View view
            when view.kind().equals("range") && Values.isWhole(key) -> {
                return item(render, view.items(), key);
            }
            case String text
            when Values.isWhole(key) -> {
                render.spendText(text.length());
                int length = Chars.length(text);
                long index = Values.whole(key) < 0 ? Values.whole(key) + length : Values.whole(key);
                if (index >= 0 && index < length)
                    return Character.toString(text.codePointAt(Chars.offset(text, (int) index)));
            }
            case null, default -> {}
        }
        if (key instanceof String name) {
            if (name.startsWith("__")) return attribute(render, object, name); // throws
            Callable method = method(object, name);
            if (method != null) return method;
            if (object instanceof Namespace || object instanceof Loop) return attribute(render, object, name);
        }
        return missing(object, key);
    }

    private static @Nullable Callable method(@Nullable Object object, String name) {
        return switch (object) {
            case String text -> TextMethods.find(text, name);
            case Map<?, ?> map -> ListMethods.find(map, name);
            case List<?> list -> ListMethods.find(list, name);
            case null, default -> null;
        };
    }

    private static Undefined missing(@Nullable Object object, @Nullable Object key) {
        String what = object == null ? "None" : "'" + Values.type(object) + " object'";
        return new Undefined(
                key instanceof String name
                        ? what + " has no attribute '" + name + "'"
                        : what + " has no element " + key);
    }

    static Object slice(
            Render render, @Nullable Object object, @Nullable Object from, @Nullable Object to, @Nullable Object step) {
        if (object instanceof Undefined undefined) throw undefined.error();
        long stride = step == null ? 1 : Values.whole(step);
        if (stride == 0) throw JinjaError.of("slice step cannot be zero");
        if (object instanceof String text && stride == 1) {
            render.spendText(text.length());
            int length = Chars.length(text);
            long begin = bound(from, length, 0, 0, length);
            long end = bound(to, length, length, 0, length);
            return begin >= end ? "" : text.substring(Chars.offset(text, (int) begin), Chars.offset(text, (int) end));
        }
        boolean sliceable = object instanceof String
                || object instanceof List
                || (object instanceof View view && view.kind().equals("range"));
        if (!sliceable) throw JinjaError.of("'" + Values.type(object) + "' object has no slices");
        var all = Values.walk(render, object);
        int length = all.size();
        long low = stride > 0 ? 0 : -1;
        long high = stride > 0 ? length : length - 1;
        long begin = bound(from, length, stride > 0 ? low : high, low, high);
        long end = bound(to, length, stride > 0 ? high : low, low, high);
        var taken = new ArrayList<@Nullable Object>();
        for (long i = begin; stride > 0 ? i < end : i > end; i += stride) {
            taken.add(all.get((int) i));
            if (stride > length || stride < -length) break; // before the index overflows
        }
        render.spend(taken.size());
        if (object instanceof String)
            return String.join("", taken.stream().map(String.class::cast).toList());
        return object instanceof Tuple ? new Tuple(taken) : taken;
    }

    private static long bound(@Nullable Object value, int length, long ifAbsent, long low, long high) {
        if (value == null) return ifAbsent;
        long index = Values.whole(value);
        return Math.clamp(index < 0 ? index + length : index, low, high);
    }
}
