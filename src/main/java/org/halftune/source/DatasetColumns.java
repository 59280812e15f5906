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
 * Gives the columns of a data set the names that rows have everywhere else: alpaca's {@code instruction}, {@code input},
 * {@code output}, {@code system}, {@code history}, or ShareGPT's {@code conversations} with {@code from} and {@code value}. A column
 * that {@code dataset_info.json} does not name is left out, as in LLaMA-Factory.
 *
 * @param names from the standard name to the column's
 * @param speakers from the data set's word for a role to ShareGPT's; empty for alpaca
 */
record DatasetColumns(Map<String, String> names, Map<String, String> speakers, String roleTag, String contentTag) {
    private static final Set<String> MEDIA = Set.of("images", "videos", "audios");
    private static final Set<String> PREFERENCES = Set.of("chosen", "rejected", "kto_tag");
    private static final Set<String> KNOWN =
            Set.of("prompt", "query", "response", "history", "messages", "system", "tools");
    private static final List<String> TAGS = List.of(
            "role_tag", "content_tag", "user_tag", "assistant_tag", "observation_tag", "function_tag", "system_tag");

    /** @param where the data set, for errors */
    static DatasetColumns of(ObjectNode entry, String where) {
        JsonNode columns = entry.path("columns");
        JsonNode tags = entry.path("tags");
        checkColumns(columns, where);
        for (String tag : tags.propertyNames()) {
            if (!TAGS.contains(tag)) throw new InputError("the tag " + tag + " is not known", where, "use " + TAGS);
        }
        String formatting = entry.path("formatting").asString("alpaca");
        return switch (formatting) {
            case "alpaca" -> alpaca(columns);
            case "sharegpt", "openai" -> conversations(columns, tags);
            default ->
                throw new InputError(
                        "the formatting \"" + formatting + "\" is not known", where, "use alpaca or sharegpt");
        };
    }

    private static void checkColumns(JsonNode columns, String where) {
        for (String column : columns.propertyNames()) {
            if (KNOWN.contains(column) || columns.get(column).isNull()) continue;
            if (MEDIA.contains(column))
                throw new InputError("the column " + column + " is not text", where, "use a data set of text");
            if (PREFERENCES.contains(column)) {
                throw new InputError(
                        "the column " + column + " is of preferences, which supervised training cannot use",
                        where,
                        "describe the chosen answers as response, or leave the data set out");
            }
            throw new InputError(
                    "the column " + column + " is not known",
                    where,
                    "use " + String.join(", ", KNOWN.stream().sorted().toList()));
        }
    }

    private static DatasetColumns alpaca(JsonNode columns) {
        var names = new LinkedHashMap<String, String>();
        boolean onlyText = columns.has("prompt") && !columns.has("query") && !columns.has("response");
        if (onlyText) {
            names.put("text", columns.get("prompt").asString("")); // how LLaMA-Factory describes plain text
        } else {
            put(names, "instruction", columns, "prompt", "instruction");
            put(names, "input", columns, "query", "input");
            put(names, "output", columns, "response", "output");
        }
        put(names, "system", columns, "system", "");
        put(names, "history", columns, "history", "");
        put(names, "tools", columns, "tools", "");
        return new DatasetColumns(names, Map.of(), "", "");
    }

    private static DatasetColumns conversations(JsonNode columns, JsonNode tags) {
        var names = new LinkedHashMap<String, String>();
        put(names, "conversations", columns, "messages", "conversations");
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

    /** Where columns are named, one that is not named is not there. */
    private static void put(Map<String, String> names, String standard, JsonNode columns, String key, String fallback) {
        String column = columns.path(key).asString(columns.isObject() ? "" : fallback);
        if (!column.isEmpty()) names.put(standard, column);
    }

    /**
     * The row with standard names. A value that is not an object stays as it is, and so does a row without any of the columns:
     * what follows says which it has.
     */
    JsonNode apply(JsonNode row) {
        if (!row.isObject()) return row;
        ObjectNode renamed = JsonNodeFactory.instance.objectNode();
        names.forEach((standard, column) -> {
            JsonNode value = row.get(column);
            if (value != null) renamed.set(standard, standard.equals("conversations") ? turns(value) : value);
        });
        // LLaMA-Factory makes a conversation of every alpaca row, also of one that has no earlier turns.
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
