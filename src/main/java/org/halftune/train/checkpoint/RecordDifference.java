package org.halftune.train.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.halftune.console.Amounts;

/** Describes how two values differ; for two records of one type, only the fields that differ. */
final class RecordDifference {
    /** The text of a record, {@code Linear[warmupSteps=0, totalSteps=12]}. */
    private static final Pattern RECORD = Pattern.compile("(\\w+)\\[(.*)]");

    private RecordDifference() {}

    /** {@code total steps were 3,000 and are now 2,000}. */
    static String words(String there, String here) {
        return words(there, here, false);
    }

    private static String words(String there, String here, boolean several) {
        var before = RECORD.matcher(there);
        var now = RECORD.matcher(here);
        boolean records = before.matches() && now.matches();
        if (!records) {
            boolean exponents = hasExponent(shown(there)) || hasExponent(shown(here));
            String was = exponents ? withExponent(there) : shown(there);
            String is = exponents ? withExponent(here) : shown(here);
            boolean same = was.equals(is); // in three digits
            return (several ? "were " : "was ")
                    + (same ? there : was)
                    + (several ? " and are now " : " and is now ")
                    + (same ? here : is);
        }
        if (!before.group(1).equals(now.group(1))) {
            return "was " + plain(before.group(1)) + " and is now " + plain(now.group(1));
        }
        var old = fields(before.group(2));
        var differences = new ArrayList<String>();
        fields(now.group(2)).forEach((name, value) -> {
            String was = old.getOrDefault(name, "not set");
            if (!was.equals(value)) differences.add(plain(name) + " " + words(was, value, name.endsWith("Steps")));
        });
        return String.join(", ", differences);
    }

    /** The fields of a record; values may be records. */
    private static Map<String, String> fields(String text) {
        var fields = new LinkedHashMap<String, String>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? ',' : text.charAt(i);
            if (c == '[') depth++;
            if (c == ']') depth--;
            if (c != ',' || depth != 0) continue;
            var pair = text.substring(start, i).strip().split("=", 2);
            if (pair.length == 2) fields.put(pair[0], pair[1]);
            start = i + 1;
        }
        return fields;
    }

    /** {@code 3000} becomes {@code 3,000}, {@code 2.0E-5} becomes {@code 2e-5}, a name becomes words. */
    private static String shown(String text) {
        if (text.matches("-?\\d{1,18}")) return Amounts.exact(Long.parseLong(text));
        if (isReal(text)) return Amounts.number(Double.parseDouble(text));
        return plain(text);
    }

    private static boolean isReal(String text) {
        return text.matches("-?\\d+\\.\\d+(E-?\\d+)?");
    }

    private static boolean hasExponent(String number) {
        return number.matches("-?[\\d.]+e-?\\d+");
    }

    /** Both numbers of a difference have one form: {@code 2e-5} and {@code 1e-3}, not {@code 2e-5} and {@code 0.001}. */
    private static String withExponent(String text) {
        if (!isReal(text) || Double.parseDouble(text) == 0) return shown(text);
        return Amounts.exponent(Double.parseDouble(text));
    }

    /** {@code warmupSteps} becomes {@code warmup steps}; text that is not a name is unchanged. */
    private static String plain(String text) {
        if (!text.matches("[A-Za-z]*[a-z][A-Za-z]*")) return text;
        return text.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }
}
