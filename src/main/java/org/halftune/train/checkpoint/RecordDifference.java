package org.halftune.train.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Describes how two values differ; for two records of one type, only the fields that differ. */
final class RecordDifference {
    /** The text of a record, {@code Linear[warmupSteps=0, totalSteps=12]}. */
    private static final Pattern RECORD = Pattern.compile("(\\w+)\\[(.*)]");

    private RecordDifference() {}

    /** {@code total steps was 12 and is now 20}. */
    static String words(String there, String here) {
        var before = RECORD.matcher(there);
        var now = RECORD.matcher(here);
        boolean records = before.matches() && now.matches();
        if (!records) return "was " + plain(there) + " and is now " + plain(here);
        if (!before.group(1).equals(now.group(1))) {
            return "was " + plain(before.group(1)) + " and is now " + plain(now.group(1));
        }
        var old = fields(before.group(2));
        var differences = new ArrayList<String>();
        fields(now.group(2)).forEach((name, value) -> {
            String was = old.getOrDefault(name, "not set");
            if (!was.equals(value)) differences.add(plain(name) + " " + words(was, value));
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

    /** {@code warmupSteps} becomes {@code warmup steps}; text that is not a name is unchanged. */
    private static String plain(String text) {
        if (!text.matches("[A-Za-z]*[a-z][A-Za-z]*")) return text;
        return text.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }
}
