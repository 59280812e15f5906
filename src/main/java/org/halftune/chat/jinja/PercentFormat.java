package org.halftune.chat.jinja;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.halftune.chat.jinja.Values.Tuple;
import org.jspecify.annotations.Nullable;

/** {@code "%s: %03d" % (a, b)} for %s, %r, %d, %i, %f and %%. */
final class PercentFormat {
    private static final Pattern PLACE =
            Pattern.compile("%(?:\\((\\w+)\\))?(-|0)?(\\d{0,6})(?:\\.(\\d{1,3}))?(.?)", Pattern.DOTALL);

    private PercentFormat() {}

    static String of(Render render, String pattern, @Nullable Object values) {
        List<?> list = values instanceof Tuple tuple ? tuple : new Tuple(java.util.Arrays.asList(values));
        var text = new StringBuilder();
        Matcher place = PLACE.matcher(pattern);
        int from = 0;
        int used = 0;
        while (place.find(from)) {
            text.append(pattern, from, place.start());
            from = place.end();
            if (place.group(5).equals("%")) {
                text.append('%');
                continue;
            }
            Object value;
            if (place.group(1) != null) {
                if (!(values instanceof Map<?, ?> map)) throw JinjaError.of("format requires a mapping");
                if (!map.containsKey(place.group(1))) throw JinjaError.of("no value for %(" + place.group(1) + ")");
                value = map.get(place.group(1));
                used = list.size();
            } else {
                if (used >= list.size()) throw JinjaError.of("not enough arguments for format string");
                value = list.get(used++);
            }
            text.append(padded(place, one(render, place, value)));
            render.spendText(text.length());
        }
        boolean mapping = values instanceof Map
                || values instanceof Values.Undefined
                || (values instanceof List && !(values instanceof Tuple)); // for Python these are mappings
        if (used < list.size() && !mapping) throw JinjaError.of("not all arguments converted during string formatting");
        return text.append(pattern, from, pattern.length()).toString();
    }

    private static String one(Render render, Matcher place, @Nullable Object value) {
        String precision = place.group(4);
        switch (place.group(5)) {
            case "s", "r" -> {
                String text = place.group(5).equals("s") ? Printed.text(render, value) : Printed.repr(render, value);
                return precision == null
                        ? text
                        : (String) Attributes.slice(render, text, null, Long.valueOf(precision), null);
            }
            case "d", "i" -> {
                if (precision == null && Values.isWhole(value)) return Long.toString(Values.whole(value));
                if (precision == null && value instanceof Double d && Math.abs(d) < 1e15)
                    return Long.toString((long) (double) d);
            }
            case "f" -> {
                if (Values.isNumber(value) && Double.isFinite(Values.real(value))) {
                    int digits = precision == null ? 6 : Integer.parseInt(precision);
                    return new BigDecimal(Values.real(value))
                            .setScale(digits, RoundingMode.HALF_EVEN)
                            .toPlainString();
                }
            }
            default -> {}
        }
        throw JinjaError.of("format " + place.group() + " is not supported for " + Values.type(value));
    }

    private static String padded(Matcher place, String text) {
        int width = place.group(3).isEmpty() ? 0 : Integer.parseInt(place.group(3));
        int missing = width - Chars.length(text);
        if (missing <= 0) return text;
        String flag = place.group(2);
        if ("-".equals(flag)) return text + " ".repeat(missing);
        boolean number = !place.group(5).equals("s") && !place.group(5).equals("r");
        if (!"0".equals(flag) || !number) return " ".repeat(missing) + text;
        boolean negative = text.startsWith("-");
        return (negative ? "-" : "") + "0".repeat(missing) + (negative ? text.substring(1) : text);
    }
}
