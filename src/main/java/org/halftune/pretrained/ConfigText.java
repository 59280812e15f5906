package org.halftune.pretrained;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Replaces single values in the text of a {@code config.json} and nothing else: unknown keys, their order, number formats and
 * white space stay as their author wrote them.
 */
final class ConfigText {
    private static final JsonFactory FACTORY = new JsonFactory();

    private ConfigText() {}

    /** A value's place in the text, in characters. */
    private record Span(int begin, int end) {}

    /** {@code text} with {@code dtype} under {@code dtype} and {@code torch_dtype}, whichever it has; else added first. */
    static String withDType(String text, String dtype) {
        var keys = Set.of("dtype", "torch_dtype");
        if (!values(text, keys).isEmpty()) return replace(text, keys, '"' + dtype + '"');
        var added = new StringBuilder(text);
        added.insert(text.indexOf('{') + 1, "\n  \"torch_dtype\": \"" + dtype + "\",");
        return added.toString();
    }

    /** {@code text} with the JSON {@code value} under each of the keys that it has. */
    static String replace(String text, Set<String> keys, String value) {
        var changed = new StringBuilder(text);
        for (var span : values(text, keys).reversed()) changed.replace(span.begin, span.end, value);
        return changed.toString();
    }

    private static List<Span> values(String text, Set<String> keys) {
        var values = new ArrayList<Span>();
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            parser.nextToken(); // the object
            for (String key = parser.nextName(); key != null; key = parser.nextName()) {
                JsonToken token = parser.nextToken();
                int begin = (int) parser.currentTokenLocation().getCharOffset();
                if (keys.contains(key)) {
                    parser.getString(); // strings are read lazily: only now is the end known
                    values.add(new Span(begin, (int) parser.currentLocation().getCharOffset()));
                } else if (token.isStructStart()) {
                    parser.skipChildren();
                }
            }
        }
        return values;
    }
}
