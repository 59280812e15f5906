package org.halftune.chat.jinja;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.halftune.chat.jinja.Values.Callable;
import org.halftune.chat.jinja.Values.Namespace;
import org.halftune.chat.jinja.Values.OnePass;
import org.halftune.chat.jinja.Values.Undefined;
import org.halftune.chat.jinja.Values.View;
import org.jspecify.annotations.Nullable;

/** jinja2's tests, which follow {@code is}. */
final class Tests {
    private Tests() {}

    interface Test {
        boolean holds(Render render, @Nullable Object value, CallArguments arguments);
    }

    private static final Map<String, Test> ALL = new HashMap<>();

    static {
        ALL.put("defined", (r, v, a) -> !(v instanceof Undefined));
        ALL.put("undefined", (r, v, a) -> v instanceof Undefined);
        ALL.put("none", (r, v, a) -> v == null);
        ALL.put("boolean", (r, v, a) -> v instanceof Boolean);
        ALL.put("true", (r, v, a) -> Boolean.TRUE.equals(v));
        ALL.put("false", (r, v, a) -> Boolean.FALSE.equals(v));
        ALL.put("string", (r, v, a) -> v instanceof String);
        ALL.put("number", (r, v, a) -> Values.isNumber(v));
        ALL.put("integer", (r, v, a) -> v instanceof Long || v instanceof BigInteger);
        ALL.put("float", (r, v, a) -> v instanceof Double);
        ALL.put("mapping", (r, v, a) -> v instanceof Map);
        ALL.put("iterable", (r, v, a) -> iterable(v));
        ALL.put(
                "sequence",
                (r, v, a) -> v instanceof String
                        || v instanceof List
                        || v instanceof Map
                        || (v instanceof View view && view.kind().equals("range")));
        ALL.put("callable", (r, v, a) -> v instanceof Callable || v instanceof Undefined);
        ALL.replaceAll((name, test) -> (r, v, a) -> test.holds(r, v, a.only(name)));
        ALL.put("in", (r, v, a) -> Values.contains(r, a.need(0, "seq"), v));
        ALL.put(
                "sameas",
                (r, v, a) -> v == a.need(0, "other") || (Values.isWhole(v) && Objects.equals(v, a.need(0, "other"))));
        ALL.put("odd", (r, v, a) -> leaves(r, v, 2L, 1));
        ALL.put("even", (r, v, a) -> leaves(r, v, 2L, 0));
        ALL.put("divisibleby", (r, v, a) -> leaves(r, v, a.need(0, "num"), 0));
        ALL.put("lower", (r, v, a) -> cased(r, v, false));
        ALL.put("upper", (r, v, a) -> cased(r, v, true));
        ALL.put("filter", (r, v, a) -> v instanceof String name && Filters.find(name) != null);
        ALL.put("test", (r, v, a) -> v instanceof String name && ALL.containsKey(name));
        comparison("==", "eq", "equalto", "==");
        comparison("!=", "ne", "!=");
        comparison("<", "lt", "lessthan", "<");
        comparison("<=", "le", "<=");
        comparison(">", "gt", "greaterthan", ">");
        comparison(">=", "ge", ">=");
    }

    static @Nullable Test find(String name) {
        return ALL.get(name);
    }

    private static void comparison(String operator, String... names) {
        for (String name : names) {
            ALL.put(
                    name,
                    (r, v, a) -> Operators.compare(
                            r, operator, v, a.only(name, "other").need(0, "other")));
        }
    }

    private static boolean iterable(@Nullable Object value) {
        return switch (value) {
            case String s -> true;
            case List<?> list -> true;
            case Map<?, ?> map -> true;
            case View view -> true;
            case OnePass generator -> true;
            case Undefined undefined -> true;
            case Namespace namespace -> false;
            case null, default -> false;
        };
    }

    private static boolean leaves(Render render, @Nullable Object value, @Nullable Object by, long rest) {
        return Values.equal(render, Operators.apply(render, "%", value, by), rest);
    }

    private static boolean cased(Render render, @Nullable Object value, boolean upper) {
        String text = render.string(Printed.text(render, value));
        boolean hasCase = text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
        return hasCase && text.equals(upper ? text.toUpperCase(Locale.ROOT) : text.toLowerCase(Locale.ROOT));
    }
}
