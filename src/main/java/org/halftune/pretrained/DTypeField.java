package org.halftune.pretrained;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Replaces the dtype in the text of a {@code config.json} and nothing else: unknown keys, their order, number formats and
 * white space stay as their author wrote them.
 */
final class DTypeField {
    private static final JsonFactory FACTORY = new JsonFactory();

    private DTypeField() {}

    /** A value's place in the text, in characters. */
    private record Span(int begin, int end) {}

    /** {@code text} with {@code dtype} under {@code dtype} and {@code torch_dtype}, whichever it has; else added first. */
    static String replace(String text, String dtype) {
        var changed = new StringBuilder(text);
        List<Span> values = values(text);
        for (var value : values.reversed()) changed.replace(value.begin, value.end, '"' + dtype + '"');
        if (values.isEmpty()) changed.insert(text.indexOf('{') + 1, "\n  \"torch_dtype\": \"" + dtype + "\",");
        return changed.toString();
    }

    private static List<Span> values(String text) {
        var values = new ArrayList<Span>();
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            parser.nextToken(); // the object
            for (String key = parser.nextName(); key != null; key = parser.nextName()) {
                JsonToken token = parser.nextToken();
                int begin = (int) parser.currentTokenLocation().getCharOffset();
                if (key.equals("dtype") || key.equals("torch_dtype")) {
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
