package org.halftune.chat.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.halftune.chat.jinja.Values.Namespace;
import org.halftune.chat.jinja.Values.Tuple;
import org.halftune.chat.jinja.Values.Undefined;
import org.halftune.chat.jinja.Values.View;
import org.jspecify.annotations.Nullable;

/** Converts values to text: Python's {@code str}, {@code repr} and {@code json.dumps}. */
final class Printed {
    private Printed() {}

    /** {@code str(value)}. */
    static String text(Render render, @Nullable Object value) {
        if (value instanceof String text) return text;
        if (value instanceof Undefined) return "";
        var out = new StringBuilder();
        repr(render, value, out);
        return out.toString();
    }

    static String repr(Render render, @Nullable Object value) {
        var out = new StringBuilder();
        repr(render, value, out);
        return out.toString();
    }

    private static void repr(Render render, @Nullable Object value, StringBuilder out) {
        render.enter(out.length());
        switch (value) {
            case null -> out.append("None");
            case Boolean b -> out.append(b ? "True" : "False");
            case Long n -> out.append(n);
            case BigInteger n -> out.append(n);
            case Double d -> out.append(real(d));
            case String s -> quoted(render, s, out);
            case Undefined u -> out.append("Undefined");
            case List<?> list -> items(render, list, out, list instanceof Tuple);
            case Map<?, ?> map -> {
                out.append('{');
                String comma = "";
                for (var entry : map.entrySet()) {
                    out.append(comma);
                    repr(render, entry.getKey(), out);
                    out.append(": ");
                    repr(render, entry.getValue(), out);
                    comma = ", ";
                }
                out.append('}');
            }
            case Namespace n -> {
                out.append("<Namespace ");
                repr(render, n.fields(), out);
                out.append('>');
            }
            case View view
            when view.kind().startsWith("dict_") -> {
                out.append(view.kind()).append('(');
                items(render, view.items(), out, false);
                out.append(')');
            }
            default ->
                throw JinjaError.of("cannot print a " + Values.type(value) + "; convert it with a filter such as list");
        }
        render.leave();
    }

    private static void items(Render render, List<?> list, StringBuilder out, boolean round) {
        out.append(round ? '(' : '[');
        for (int i = 0; i < list.size(); i++) {
            if (i > 0) out.append(", ");
            repr(render, list.get(i), out);
        }
        if (round && list.size() == 1) out.append(',');
        out.append(round ? ')' : ']');
    }

    private static void quoted(Render render, String text, StringBuilder out) {
        render.spendText(text.length());
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        text.codePoints().forEach(c -> {
            if (c == quote || c == '\\') out.append('\\').append((char) c);
            else if (c == '\n') out.append("\\n");
            else if (c == '\r') out.append("\\r");
            else if (c == '\t') out.append("\\t");
            else if (printable(c)) out.appendCodePoint(c);
            else if (c < 0x100) out.append(String.format("\\x%02x", c));
            else if (c < 0x10000) out.append(String.format("\\u%04x", c));
            else out.append(String.format("\\U%08x", c));
        });
        out.append(quote);
    }

    private static boolean printable(int c) {
        if (c == ' ') return true;
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }

    /** {@code repr(float)}: the fewest digits that give the same number, with an exponent below 1e-4 and from 1e16. */
    static String real(double d) {
        if (Double.isNaN(d)) return "nan";
        if (Double.isInfinite(d)) return d > 0 ? "inf" : "-inf";
        if (d == 0) return 1 / d < 0 ? "-0.0" : "0.0";
        var decimal = new BigDecimal(Double.toString(d)).stripTrailingZeros();
        String digits = decimal.unscaledValue().abs().toString();
        int point = digits.length() - decimal.scale(); // digits before the point
        String sign = d < 0 ? "-" : "";
        if (point > 16 || point < -3) {
            int exponent = point - 1;
            String rest = digits.length() > 1 ? "." + digits.substring(1) : "";
            return sign + digits.charAt(0) + rest + "e" + (exponent < 0 ? "-" : "+")
                    + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        }
        String plain = decimal.abs().toPlainString();
        return sign + (plain.indexOf('.') < 0 ? plain + ".0" : plain);
    }

    /**
     * {@code json.dumps} as transformers' {@code tojson} calls it.
     *
     * @param indent indentation of one level; null: everything on one line
     */
    record Json(@Nullable String indent, String itemSeparator, String keySeparator, boolean ascii, boolean sorted) {

        String of(Render render, @Nullable Object value) {
            var out = new StringBuilder();
            write(render, value, out, 0);
            return out.toString();
        }

        private void write(Render render, @Nullable Object value, StringBuilder out, int level) {
            render.enter(out.length());
            switch (value) {
                case null -> out.append("null");
                case Boolean b -> out.append(b);
                case Long n -> out.append(n);
                case BigInteger n -> out.append(n);
                case Double d -> out.append(number(d));
                case String s -> quoted(render, s, out);
                case List<?> list -> {
                    out.append('[');
                    for (int i = 0; i < list.size(); i++) {
                        between(out, i == 0, level + 1);
                        write(render, list.get(i), out, level + 1);
                    }
                    if (!list.isEmpty()) newLine(out, level);
                    out.append(']');
                }
                case Map<?, ?> map -> {
                    out.append('{');
                    boolean first = true;
                    var keys = Values.walk(render, map);
                    if (sorted) keys.sort((a, b) -> Values.compare(render, a, b, "<"));
                    for (Object key : keys) {
                        between(out, first, level + 1);
                        first = false;
                        quoted(render, key(key), out);
                        out.append(keySeparator);
                        write(render, map.get(key), out, level + 1);
                    }
                    if (!map.isEmpty()) newLine(out, level);
                    out.append('}');
                }
                default -> throw JinjaError.of("Object of type " + Values.type(value) + " is not JSON serializable");
            }
            render.leave();
        }

        private void between(StringBuilder out, boolean first, int level) {
            if (!first) out.append(itemSeparator);
            newLine(out, level);
        }

        private void newLine(StringBuilder out, int level) {
            if (indent != null) out.append('\n').repeat(indent, level);
        }

        private static String key(@Nullable Object key) {
            return switch (key) {
                case String s -> s;
                case null -> "null";
                case Boolean b -> b.toString();
                case Long n -> n.toString();
                case Double d -> number(d);
                default -> throw JinjaError.of("keys must be str, int, float, bool or None, not " + Values.type(key));
            };
        }

        private static String number(double d) {
            if (Double.isNaN(d)) return "NaN";
            if (Double.isInfinite(d)) return d > 0 ? "Infinity" : "-Infinity";
            return real(d);
        }

        private void quoted(Render render, String text, StringBuilder out) {
            render.spendText(text.length());
            out.append('"');
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                switch (c) {
                    case '"' -> out.append("\\\"");
                    case '\\' -> out.append("\\\\");
                    case '\n' -> out.append("\\n");
                    case '\r' -> out.append("\\r");
                    case '\t' -> out.append("\\t");
                    case '\f' -> out.append("\\f");
                    case '\b' -> out.append("\\b");
                    default -> {
                        boolean escaped = c < 0x20 || (ascii && c > 0x7e);
                        if (escaped) out.append(String.format("\\u%04x", (int) c));
                        else out.append(c);
                    }
                }
            }
            out.append('"');
        }
    }
}
