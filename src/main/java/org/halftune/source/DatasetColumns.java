package org.halftune.source;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.halftune.problem.InputError;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Renames the columns of a data set to standard names: alpaca's {@code instruction}, {@code input}, {@code output},
 * {@code system}, {@code history}, or ShareGPT's {@code conversations} with {@code from} and {@code value}. Columns
 * that {@code dataset_info.json} does not list are dropped, as in LLaMA-Factory.
 *
 * @param names standard name → name of the column
 * @param speakers the data set's name of a role → ShareGPT's; empty for alpaca
 */
record DatasetColumns(Map<String, String> names, Map<String, String> speakers, String roleTag, String contentTag) {
    private static final Set<String> MEDIA = Set.of("images", "videos", "audios");
    private static final Set<String> PREFERENCES = Set.of("chosen", "rejected", "kto_tag");
    private static final Set<String> KNOWN =
            Set.of("prompt", "query", "response", "history", "messages", "system", "tools");
    private static final List<String> TAGS = List.of(
            "role_tag", "content_tag", "user_tag", "assistant_tag", "observation_tag", "function_tag", "system_tag");

    /** @param where the data set, for error messages */
    static DatasetColumns of(ObjectNode entry, String where) {
        JsonNode columns = entry.path("columns");
        JsonNode tags = entry.path("tags");
        boolean ranking = entry.path("ranking").asBoolean(false);
        checkColumns(columns, ranking, where);
        for (String tag : tags.propertyNames()) {
            if (!TAGS.contains(tag))
                throw new InputError("unknown tag " + tag, where, "use one of: " + String.join(", ", TAGS));
        }
        String formatting = entry.path("formatting").asString("alpaca");
        return switch (formatting) {
            case "alpaca" -> alpaca(columns, ranking);
            case "sharegpt", "openai" -> conversations(columns, tags, ranking);
            default ->
                throw new InputError("unknown formatting \"" + formatting + "\"", where, "use alpaca or sharegpt");
        };
    }

    private static void checkColumns(JsonNode columns, boolean ranking, String where) {
        for (String column : columns.propertyNames()) {
            if (KNOWN.contains(column) || columns.get(column).isNull()) continue;
            if (ranking && (column.equals("chosen") || column.equals("rejected"))) continue;
            if (MEDIA.contains(column))
                throw new InputError("the column " + column + " is not text", where, "use a data set of text only");
            if (PREFERENCES.contains(column)) {
                throw new InputError(
                        "the column " + column + " holds preferences, which supervised training cannot use",
                        where,
                        "set \"ranking\": true and use halftune dpo; or map the chosen answers to response");
            }
            throw new InputError(
                    "unknown column " + column,
                    where,
                    "use one of: " + String.join(", ", KNOWN.stream().sorted().toList()));
        }
    }

    private static DatasetColumns alpaca(JsonNode columns, boolean ranking) {
        var names = new LinkedHashMap<String, String>();
        boolean onlyText = !ranking && columns.has("prompt") && !columns.has("query") && !columns.has("response");
        if (onlyText) {
            names.put("text", columns.get("prompt").asString("")); // LLaMA-Factory's description of plain text
        } else {
            put(names, "instruction", columns, "prompt", "instruction");
            put(names, "input", columns, "query", "input");
            if (ranking) putPair(names, columns);
            else put(names, "output", columns, "response", "output");
        }
        put(names, "system", columns, "system", "");
        put(names, "history", columns, "history", "");
        put(names, "tools", columns, "tools", "");
        return new DatasetColumns(names, Map.of(), "", "");
    }

    private static DatasetColumns conversations(JsonNode columns, JsonNode tags, boolean ranking) {
        var names = new LinkedHashMap<String, String>();
        put(names, "conversations", columns, "messages", "conversations");
        if (ranking) putPair(names, columns);
        put(names, "system", columns, "system", "");
        put(names, "tools", columns, "tools", "");
        var speakers = new LinkedHashMap<String, String>();
        speakers.put(tags.path("user_tag").asString("human"), "human");
        speakers.put(tags.path("assistant_tag").asString("gpt"), "gpt");
        speakers.put(tags.path("observation_tag").asString("observation"), "observation");
        speakers.put(tags.path("function_tag").asString("function_call"), "function_call");
        speakers.put(tags.path("system_tag").asString("system"), "system");
        return new DatasetColumns(
                names,
                speakers,
                tags.path("role_tag").asString("from"),
                tags.path("content_tag").asString("value"));
    }

    private static void putPair(Map<String, String> names, JsonNode columns) {
        put(names, "chosen", columns, "chosen", "chosen");
        put(names, "rejected", columns, "rejected", "rejected");
    }

    /** If {@code columns} is given, a column that it does not list is missing. */
    private static void put(Map<String, String> names, String standard, JsonNode columns, String key, String fallback) {
        String column = columns.path(key).asString(columns.isObject() ? "" : fallback);
        if (!column.isEmpty()) names.put(standard, column);
    }

    /**
     * The row with standard names. A value that is not an object, or a row without any of the columns, is returned
     * unchanged and reported later.
     */
    JsonNode apply(JsonNode row) {
        if (!row.isObject()) return row;
        ObjectNode renamed = JsonNodeFactory.instance.objectNode();
        names.forEach((standard, column) -> {
            JsonNode value = row.get(column);
            if (value == null) return;
            renamed.set(
                    standard,
                    switch (standard) {
                        case "conversations" -> turns(value);
                        case "chosen", "rejected" -> value.isObject() ? turn(value) : turns(value);
                        default -> value;
                    });
        });
        // LLaMA-Factory treats every alpaca row as a conversation, even without earlier turns.
        boolean alpaca = renamed.has("instruction") && renamed.has("output");
        if (alpaca && !renamed.has("history")) renamed.putArray("history");
        return renamed.isEmpty() ? row : renamed;
    }

    private JsonNode turns(JsonNode messages) {
        if (!messages.isArray()) return messages;
        ArrayNode turns = JsonNodeFactory.instance.arrayNode(messages.size());
        for (JsonNode message : messages) turns.add(message.isObject() ? turn(message) : message);
        return turns;
    }

    private ObjectNode turn(JsonNode message) {
        ObjectNode turn = JsonNodeFactory.instance.objectNode();
        message.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (field.getKey().equals(roleTag)) {
                String speaker = value.isString() ? speakers.get(value.stringValue()) : null;
                turn.set("from", speaker == null ? value : JsonNodeFactory.instance.stringNode(speaker));
            } else {
                turn.set(field.getKey().equals(contentTag) ? "value" : field.getKey(), value);
            }
        });
        return turn;
    }
}
