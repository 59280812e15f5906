package org.halftune.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.halftune.files.StrictJson;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads and checks the fields of a row. Errors name file, line and field. */
record RowFields(JsonNode object, Place place) {

    /** Whether the column has a value. In tables a missing value is null. */
    boolean has(String name) {
        return object.has(name) && !object.get(name).isNull();
    }

    JsonNode get(String name) {
        return object.path(name);
    }

    String text(String name) {
        return text(object, name, name);
    }

    String optionalText(String name) {
        return has(name) ? text(name) : "";
    }

    String text(JsonNode parent, String name, String at) {
        JsonNode value = parent.path(name);
        if (value.isMissingNode()) throw wrong(at, name + " is missing", "add it as a string");
        if (!value.isString())
            throw wrong(at, name + " is " + kind(value) + ", not a string", "write it as a string, or remove the row");
        return checked(value.stringValue(), at);
    }

    /** A list, or a string that holds a JSON list, as in tables; empty if the field is missing. */
    List<JsonNode> list(String name) {
        JsonNode value = object.path(name);
        if (value.isMissingNode() || value.isNull()) return List.of();
        if (value.isString()) {
            if (value.stringValue().isBlank()) return List.of();
            value = parsed(name, value.stringValue());
            if (value.isNull()) return List.of();
        }
        if (!value.isArray()) throw wrong(name, name + " is " + kind(value) + ", not a list", "write it as a list");
        return value.valueStream().toList();
    }

    private JsonNode parsed(String name, String json) {
        try {
            return StrictJson.tree(json);
        } catch (JacksonException e) {
            throw wrong(
                    name,
                    name + " is a string that is not valid JSON",
                    "write it as a list, or as a string that holds a JSON list");
        }
    }

    /** A JSON value as a Java value for chat templates: see {@link org.halftune.chat.Message#fields}. */
    @Nullable
    Object value(JsonNode node, String at) {
        return switch (node.getNodeType()) {
            case NULL, MISSING -> null;
            case BOOLEAN -> node.booleanValue();
            case STRING -> checked(node.stringValue(), at);
            case NUMBER -> {
                if (!node.isIntegralNumber()) yield node.doubleValue();
                if (node.canConvertToLong()) yield node.longValue();
                yield node.bigIntegerValue();
            }
            case ARRAY -> {
                var list = new ArrayList<@Nullable Object>();
                for (int i = 0; i < node.size(); i++) list.add(value(node.get(i), at + "[" + i + "]"));
                yield list;
            }
            case OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                for (var entry : node.properties())
                    map.put(entry.getKey(), value(entry.getValue(), at + "." + entry.getKey()));
                yield map;
            }
            case BINARY, POJO ->
                throw wrong(at, "the field holds bytes, not text", "write it as UTF-8 text, or remove it");
        };
    }

    int[] integers(String name, int least) {
        JsonNode array = object.get(name);
        if (!array.isArray())
            throw wrong(name, name + " is " + kind(array) + ", not a list", "write it as a list of integers");
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            JsonNode value = array.get(i);
            if (!value.isIntegralNumber() || !value.canConvertToInt()) {
                String seen = value.isNumber() ? value.toString() : kind(value);
                throw wrong(
                        name + "[" + i + "]",
                        shown(seen) + " is not a 32-bit integer",
                        "write token ids and masks as integers");
            }
            values[i] = value.intValue();
            if (values[i] < least) {
                throw wrong(name + "[" + i + "]", values[i] + " is less than " + least, "correct the value");
            }
        }
        return values;
    }

    InputError wrong(String field, String what, String fix) {
        return new InputError(what, place.field(field), fix);
    }

    private String checked(String text, String at) {
        int broken = brokenCharacter(text);
        if (broken < 0) return text;
        throw wrong(
                at,
                String.format(Locale.ROOT, "character %d is \\u%04x, an unpaired surrogate", broken, (int)
                        text.charAt(broken)),
                "the text was cut inside a character: correct or remove it");
    }

    /** Index of the first unpaired surrogate, or -1. A string with one cannot be encoded as UTF-8. */
    private static int brokenCharacter(String text) {
        int i = 0;
        while (i < text.length()) {
            int point = text.codePointAt(i);
            if (Character.isBmpCodePoint(point) && Character.isSurrogate((char) point)) return i;
            i += Character.charCount(point);
        }
        return -1;
    }

    /** Text from a file, shortened to one line for an error message. */
    static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "\uFFFD");
        return line.length() <= 40 ? line : line.substring(0, 40) + "…";
    }

    static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case NULL -> "null";
            case BOOLEAN -> "a boolean";
            case NUMBER -> "a number";
            case STRING -> "a string";
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case BINARY, POJO -> "bytes";
            case MISSING -> "missing";
        };
    }
}
