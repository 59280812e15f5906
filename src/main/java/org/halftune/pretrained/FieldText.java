package org.halftune.pretrained;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Replaces a value in the text of a JSON object and nothing else: unknown keys, their order, number formats and white
 * space stay as their author wrote them.
 */
final class FieldText {
    private static final JsonFactory FACTORY = new JsonFactory();

    private FieldText() {}

    /** A value's place in the text, in characters. */
    private record Span(int begin, int end) {}

    /**
     * {@code text} with {@code value} under those of {@code keys} that it has.
     *
     * @param added the key that is put first if it has none of them
     * @param value JSON
     */
    static String replace(String text, Collection<String> keys, String added, String value) {
        var changed = new StringBuilder(text);
        List<Span> places = places(text, keys);
        for (var place : places.reversed()) changed.replace(place.begin, place.end, value);
        if (!places.isEmpty()) return changed.toString();
        int open = text.indexOf('{') + 1;
        boolean empty = text.substring(open).strip().equals("}");
        return changed.insert(open, "\n  \"" + added + "\": " + value + (empty ? "\n" : ","))
                .toString();
    }

    private static List<Span> places(String text, Collection<String> keys) {
        var places = new ArrayList<Span>();
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            parser.nextToken(); // the object
            for (String key = parser.nextName(); key != null; key = parser.nextName()) {
                JsonToken token = parser.nextToken();
                int begin = (int) parser.currentTokenLocation().getCharOffset();
                if (token.isStructStart()) parser.skipChildren();
                String scalar = token.isStructStart() ? "" : parser.getString(); // strings are read lazily
                if (!keys.contains(key)) continue;
                boolean delimited = token.isStructStart() || token == JsonToken.VALUE_STRING;
                int end = delimited
                        ? (int) parser.currentLocation().getCharOffset()
                        : begin + scalar.length(); // a number is as long as it is written
                places.add(new Span(begin, end));
            }
        }
        return places;
    }
}
