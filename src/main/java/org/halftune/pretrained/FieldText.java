package org.halftune.pretrained;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Replaces a value in the text of a JSON object. Everything else stays unchanged: unknown keys, order, number formats
 * and white space.
 */
final class FieldText {
    private static final JsonFactory FACTORY = new JsonFactory();

    private FieldText() {}

    /** A value's place in the text, in characters. */
    private record CharRange(int begin, int end) {}

    /**
     * Sets those of {@code keys} that the object has to {@code value}.
     *
     * @param added the key to insert at the start if the object has none of them
     * @param value JSON
     */
    static String replace(String text, Collection<String> keys, String added, String value) {
        var changed = new StringBuilder(text);
        List<CharRange> places = places(text, keys);
        for (var place : places.reversed()) changed.replace(place.begin, place.end, value);
        if (!places.isEmpty()) return changed.toString();
        int open = text.indexOf('{') + 1;
        boolean empty = text.substring(open).strip().equals("}");
        return changed.insert(open, "\n  \"" + added + "\": " + value + (empty ? "\n" : ","))
                .toString();
    }

    private static List<CharRange> places(String text, Collection<String> keys) {
        var places = new ArrayList<CharRange>();
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
                        : begin + scalar.length(); // the text of a number or literal
                places.add(new CharRange(begin, end));
            }
        }
        return places;
    }
}
