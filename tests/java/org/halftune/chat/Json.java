package org.halftune.chat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the values of a conversation. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    static Map<String, Object> object(String text) {
        return map(Objects.requireNonNull(value(MAPPER.readTree(text))));
    }

    static Map<String, Object> resource(String name) {
        try (InputStream in = Json.class.getResourceAsStream(name)) {
            return map(Objects.requireNonNull(value(MAPPER.readTree(Objects.requireNonNull(in, name)))));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(Object value) {
        return (List<Object>) value;
    }

    /** A list of messages. */
    static List<Message> messages(Object value) {
        return list(value).stream()
                .map(message -> new Message(map(message), true))
                .toList();
    }

    static @Nullable Object value(JsonNode node) {
        return switch (node.getNodeType()) {
            case NULL, MISSING -> null;
            case STRING -> node.stringValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER ->
                node.isIntegralNumber()
                        ? node.canConvertToLong() ? (Object) node.longValue() : node.bigIntegerValue()
                        : node.doubleValue();
            case ARRAY -> {
                var list = new ArrayList<@Nullable Object>();
                node.forEach(each -> list.add(value(each)));
                yield list;
            }
            default -> {
                var map = new LinkedHashMap<String, @Nullable Object>();
                node.properties().forEach(entry -> map.put(entry.getKey(), value(entry.getValue())));
                yield map;
            }
        };
    }
}
