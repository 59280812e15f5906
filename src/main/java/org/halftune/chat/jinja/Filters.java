package org.halftune.chat.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.halftune.chat.jinja.Values.Tuple;
import org.halftune.chat.jinja.Values.Undefined;
import org.jspecify.annotations.Nullable;

/** jinja2's filters for single values. Filters for lists are in {@link ListFilters}. */
final class Filters {
    private Filters() {}

    interface Filter {
        @Nullable
        Object apply(Render render, @Nullable Object value, CallArguments arguments);
    }

    private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Map<String, Filter> ALL = new HashMap<>();

    static {
        ALL.put("trim", (r, v, a) -> TextMethods.call(r, text(r, v), "strip", a.only("trim", "chars")));
        ALL.put("upper", (r, v, a) -> text(r, v).toUpperCase(Locale.ROOT));
        ALL.put("lower", (r, v, a) -> text(r, v).toLowerCase(Locale.ROOT));
        ALL.put("capitalize", (r, v, a) -> TextMethods.capitalize(text(r, v)));
        ALL.put("title", (r, v, a) -> title(text(r, v)));
        ALL.put("string", (r, v, a) -> text(r, v));
        ALL.put("replace", (r, v, a) -> {
            a.only("replace", "old", "new", "count");
            Object count = a.get(2, "count", null);
            String old = text(r, a.need(0, "old"));
            String replacement = text(r, a.need(1, "new"));
            return TextMethods.replace(r, text(r, v), old, replacement, count == null ? -1 : a.whole(2, "count", -1));
        });
        ALL.put("indent", (r, v, a) -> indent(r, ofText(v), a.only("indent", "width", "first", "blank")));
        ALL.put("format", (r, v, a) -> {
            if (!a.positional().isEmpty() && !a.named().isEmpty())
                throw JinjaError.of("can't handle positional and keyword arguments at the same time");
            return PercentFormat.of(r, text(r, v), a.named().isEmpty() ? new Tuple(a.positional()) : a.named());
        });
        ALL.put("wordcount", (r, v, a) -> WORD.matcher(text(r, v)).results().count());
        ALL.put("tojson", (r, v, a) -> r.string(json(a).of(r, v)));
        Filter defaults = (r, v, a) -> {
            a.only("default", "default_value", "boolean");
            boolean used = v instanceof Undefined || (a.flag(1, "boolean", false) && !Values.isTrue(v));
            return used ? a.get(0, "default_value", "") : v;
        };
        ALL.put("default", defaults);
        ALL.put("d", defaults);
        ALL.put("int", (r, v, a) -> toWhole(v, a.only("int", "default", "base")));
        ALL.put("float", (r, v, a) -> toReal(v, a.only("float", "default")));
        ALL.put(
                "abs",
                (r, v, a) -> Operators.compare(r, "<", v, 0L) ? Operators.signed(true, v) : Operators.signed(false, v));
        ALL.put("round", (r, v, a) -> round(v, a.only("round", "precision", "method")));
        ALL.put("attr", (r, v, a) -> {
            // Attributes only; items of a dict are not attributes.
            return v instanceof Map
                    ? new Undefined("'dict object' has no attribute '" + a.text(0, "name") + "'")
                    : Attributes.attribute(r, v, a.text(0, "name"));
        });
        ListFilters.register(ALL);
        ALL.replaceAll((name, filter) -> (r, v, a) -> {
            if (v instanceof String text) r.spendText(text.length());
            Object result = filter.apply(r, v, a);
            if (result instanceof String text) r.spendText(text.length());
            return result;
        });
    }

    /** Null if there is no such filter, or it is not supported. */
    static @Nullable Filter find(String name) {
        return ALL.get(name);
    }

    static String text(Render render, @Nullable Object value) {
        return Printed.text(render, value);
    }

    /** jinja2's indent does not convert its input with {@code str}. */
    private static String ofText(@Nullable Object value) {
        if (value instanceof String text) return text;
        throw JinjaError.of("indent needs a string, not " + Values.type(value));
    }

    private static String title(String text) {
        var out = new StringBuilder(text.length());
        boolean begins = true;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            out.append(
                    begins
                            ? Character.toString(c).toUpperCase(Locale.ROOT)
                            : Character.toString(c).toLowerCase(Locale.ROOT));
            begins = Chars.isSpace(c) || "-({[<".indexOf(c) >= 0;
        }
        return out.toString();
    }

    private static String indent(Render render, String text, CallArguments arguments) {
        Object width = arguments.get(0, "width", 4L);
        if (Values.isWhole(width)) render.spendText(Math.max(0, Values.whole(width)));
        String margin = width instanceof String given ? given : " ".repeat(Math.max(0, arguments.whole(0, "width", 4)));
        boolean blank = arguments.flag(2, "blank", false);
        var out = new StringBuilder();
        String[] lines = (text + "\n").split("\n", -1); // jinja2 appends a line break, which splitlines drops
        int count = lines.length - 1;
        for (int i = 0; i < count; i++) {
            boolean indented = i == 0 ? arguments.flag(1, "first", false) : blank || !lines[i].isEmpty();
            if (i > 0) out.append('\n');
            if (indented) out.append(margin);
            out.append(lines[i]);
            if (out.length() > 10_000_000) render.spendText(out.length());
        }
        return out.toString();
    }

    private static Printed.Json json(CallArguments arguments) {
        arguments.only("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
        Object indent = arguments.get(1, "indent", null);
        String margin = indent == null
                ? null
                : indent instanceof String text ? text : " ".repeat(Math.clamp(Values.whole(indent), 0, 1000));
        String item = indent == null ? ", " : ",";
        String key = ": ";
        if (arguments.get(2, "separators", null) instanceof List<?> pair && pair.size() == 2) {
            item = new CallArguments(List.of(pair.get(0)), Map.of()).text(0, "separators");
            key = new CallArguments(List.of(pair.get(1)), Map.of()).text(0, "separators");
        }
        return new Printed.Json(
                margin, item, key, arguments.flag(0, "ensure_ascii", false), arguments.flag(3, "sort_keys", false));
    }

    private static @Nullable Object toWhole(@Nullable Object value, CallArguments arguments) {
        if (arguments.has(1, "base")) throw JinjaError.of("int with a base is not supported");
        if (value instanceof Undefined undefined) throw undefined.error();
        if (value instanceof BigInteger) return value;
        if (Values.isWhole(value)) return Values.whole(value);
        try {
            if (value instanceof String text) {
                String digits = Chars.strip(text, null);
                return digits.matches("[+-]?[0-9]+")
                        ? Long.valueOf(digits)
                        : (Object) (long) Double.parseDouble(plainNumber(digits));
            }
            if (value instanceof Double d && !d.isNaN() && !d.isInfinite()) return (long) (double) d;
        } catch (NumberFormatException e) {
            // Not a number: use the default.
        }
        return arguments.get(0, "default", 0L);
    }

    private static @Nullable Object toReal(@Nullable Object value, CallArguments arguments) {
        if (value instanceof Undefined undefined) throw undefined.error();
        if (Values.isNumber(value)) return Values.real(value);
        try {
            if (value instanceof String text) return Double.valueOf(plainNumber(Chars.strip(text, null)));
        } catch (NumberFormatException e) {
            // Not a number: use the default.
        }
        return arguments.get(0, "default", 0.0);
    }

    /** Rejects suffixes and hexadecimal numbers, which Java parses and Python does not. */
    private static String plainNumber(String text) {
        if (!text.matches("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?"))
            throw new NumberFormatException(text);
        return text;
    }

    private static @Nullable Object round(@Nullable Object value, CallArguments arguments) {
        if (value instanceof Undefined undefined) throw undefined.error();
        if (!Values.isNumber(value)) throw JinjaError.of("round needs a number, not " + Values.type(value));
        int precision = arguments.whole(0, "precision", 0);
        Object method = arguments.get(1, "method", "common");
        if (!"common".equals(method)) throw JinjaError.of("round by method " + method + " is not supported");
        if (Values.isWhole(value) || Math.abs(precision) > 300 || !Double.isFinite(Values.real(value)))
            return value instanceof Boolean ? (Object) Values.whole(value) : value;
        return new BigDecimal(Values.real(value))
                .setScale(precision, RoundingMode.HALF_EVEN)
                .doubleValue();
    }
}
