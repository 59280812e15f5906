package org.halftune.source;

import dev.hardwood.row.PqList;
import dev.hardwood.row.PqMap;
import dev.hardwood.row.StructAccessor;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Parquet's values as JSON: structs and maps are objects, lists are arrays, dates and times are text in ISO 8601. Bytes without
 * a type are text if they are UTF-8, as older writers store it.
 */
final class ParquetValues {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private long size;

    /** About how many characters have been made since the last call. */
    long takeSize() {
        long taken = size;
        size = 0;
        return taken;
    }

    ObjectNode struct(StructAccessor struct) {
        ObjectNode object = JSON.objectNode();
        for (int i = 0; i < struct.getFieldCount(); i++) {
            object.set(struct.getFieldName(i), struct.isNull(i) ? JSON.nullNode() : value(struct.getValue(i)));
        }
        return object;
    }

    private JsonNode value(@Nullable Object value) {
        size += 8;
        return switch (value) {
            case null -> JSON.nullNode();
            case String text -> text(text);
            case Integer number -> JSON.numberNode(number);
            case Long number -> JSON.numberNode(number);
            case Double number -> JSON.numberNode(number);
            case Float number -> JSON.numberNode(number);
            case Boolean truth -> JSON.booleanNode(truth);
            case BigDecimal number -> JSON.numberNode(number);
            case byte[] bytes -> bytes(bytes);
            case PqList list -> list(list);
            case PqMap map -> map(map);
            case StructAccessor struct -> struct(struct);
            default -> text(value.toString());
        };
    }

    private ArrayNode list(PqList list) {
        ArrayNode array = JSON.arrayNode(list.size());
        for (int i = 0; i < list.size(); i++) array.add(list.isNull(i) ? JSON.nullNode() : value(list.get(i)));
        return array;
    }

    private ObjectNode map(PqMap map) {
        ObjectNode object = JSON.objectNode();
        for (var entry : map.getEntries()) {
            Object key = entry.getKey();
            String name = key instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : String.valueOf(key);
            object.set(name, entry.isValueNull() ? JSON.nullNode() : value(entry.getValue()));
        }
        return object;
    }

    private JsonNode text(String text) {
        size += text.length();
        return JSON.stringNode(text);
    }

    private JsonNode bytes(byte[] bytes) {
        try {
            return text(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException _) {
            size += bytes.length;
            return JSON.binaryNode(bytes);
        }
    }
}
