package org.halftune.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.halftune.chat.Message;
import org.halftune.files.StrictJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Parses lists of messages: {@code role}/{@code content} as transformers passes them to a chat template, all other
 * fields unchanged; and ShareGPT's {@code from}/{@code value} as LLaMA-Factory reads them.
 *
 * <p>{@code weight} (0 or 1) and {@code train} say whether a turn is trained on; the template does not see them.
 */
record MessageParser(RowFields row) {

    /** ShareGPT's speakers with the other names found in published data, and their roles. */
    private static final Map<String, String> SPEAKERS = Map.ofEntries(
            Map.entry("human", "user"),
            Map.entry("user", "user"),
            Map.entry("gpt", "assistant"),
            Map.entry("chatgpt", "assistant"),
            Map.entry("bot", "assistant"),
            Map.entry("model", "assistant"),
            Map.entry("assistant", "assistant"),
            Map.entry("system", "system"),
            Map.entry("tool", "tool"),
            Map.entry("observation", "tool"),
            Map.entry("function_call", "assistant"));

    private static final String FUNCTION_CALL = "function_call";

    /** The messages of a column, at least one. */
    List<Message> messages(String column) {
        JsonNode array = row.get(column);
        if (!array.isArray())
            throw row.wrong(column, column + " is " + RowFields.kind(array), "write it as a list of messages");
        if (array.isEmpty()) throw row.wrong(column, column + " is empty", "a conversation needs at least one message");
        var messages = new ArrayList<Message>(array.size());
        for (int i = 0; i < array.size(); i++) messages.add(message(array.get(i), column + "[" + i + "]"));
        return List.copyOf(messages);
    }

    /** Parses a message as ShareGPT's {@code from}/{@code value} if it has {@code from} and no {@code role}. */
    Message message(JsonNode message, String at) {
        if (!message.isObject()) {
            throw row.wrong(
                    at,
                    "a message is " + RowFields.kind(message),
                    "write it as {\"role\": …, \"content\": …} or {\"from\": …, \"value\": …}");
        }
        boolean shareGpt = message.has("from") && !message.has("role");
        Map<String, @Nullable Object> fields = shareGpt ? spoken(message, at) : turn(message, at);
        return new Message(fields, trainedOn(message, at));
    }

    private Map<String, @Nullable Object> turn(JsonNode message, String at) {
        String role = row.text(message, "role", at + ".role");
        if (role.isEmpty())
            throw row.wrong(at + ".role", "role is empty", "set it to system, user, assistant, tool, …");
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (var entry : message.properties()) add(fields, entry.getKey(), entry.getValue(), at);
        checkContent(message.path("content"), at + ".content");
        return fields;
    }

    private Map<String, @Nullable Object> spoken(JsonNode message, String at) {
        String speaker = row.text(message, "from", at + ".from").toLowerCase(Locale.ROOT);
        String role = SPEAKERS.get(speaker);
        if (role == null) {
            String known = SPEAKERS.keySet().stream().sorted().collect(Collectors.joining(", "));
            throw row.wrong(
                    at + ".from", "unknown speaker \"" + RowFields.shown(speaker) + "\"", "use one of: " + known);
        }
        String value = row.text(message, "value", at + ".value");
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("role", role);
        Optional<List<Object>> calls = speaker.equals(FUNCTION_CALL) ? calls(value, at + ".value") : Optional.empty();
        fields.put("content", calls.isPresent() ? "" : value);
        calls.ifPresent(all -> fields.put("tool_calls", all));
        for (var entry : message.properties()) {
            if (!entry.getKey().equals("from") && !entry.getKey().equals("value"))
                add(fields, entry.getKey(), entry.getValue(), at);
        }
        return fields;
    }

    private void add(Map<String, @Nullable Object> fields, String key, JsonNode value, String at) {
        if (key.equals("weight") || key.equals("train")) return;
        fields.put(key, row.value(value, at + "." + key));
    }

    /**
     * The calls of a {@code function_call} turn: an object with name and arguments, or a list of them; empty if it is
     * other text.
     */
    private Optional<List<Object>> calls(String text, String at) {
        JsonNode json;
        try {
            json = StrictJson.tree(text);
        } catch (JacksonException e) {
            return Optional.empty();
        }
        List<JsonNode> all = json.isArray() ? json.valueStream().toList() : List.of(json);
        if (all.isEmpty() || !all.stream().allMatch(call -> call.path("name").isString())) return Optional.empty();
        var calls = new ArrayList<Object>();
        for (JsonNode call : all) {
            Map<String, @Nullable Object> function = new LinkedHashMap<>();
            function.put("name", call.get("name").stringValue());
            function.put("arguments", call.has("arguments") ? row.value(call.get("arguments"), at) : Map.of());
            calls.add(wrapped(function));
        }
        return Optional.of(calls);
    }

    /** A function as transformers wraps it. The order of the fields matters, because a template may print them. */
    static Map<String, Object> wrapped(Object function) {
        Map<String, Object> wrapped = new LinkedHashMap<>();
        wrapped.put("type", "function");
        wrapped.put("function", function);
        return wrapped;
    }

    /**
     * Content must be a string, null, missing, or a list of text parts. The template decides which of them it accepts.
     */
    private void checkContent(JsonNode content, String at) {
        if (content.isMissingNode() || content.isNull() || content.isString()) return;
        if (!content.isArray()) {
            throw row.wrong(
                    at,
                    "content is " + RowFields.kind(content) + ", not text",
                    "write it as a string, or as a list of text parts");
        }
        for (int i = 0; i < content.size(); i++) {
            JsonNode part = content.get(i);
            if (part.isString() || part.path("text").isString()) continue;
            String type = part.path("type").isString() ? part.get("type").stringValue() : RowFields.kind(part);
            throw row.wrong(
                    at + "[" + i + "]",
                    "a content part has type \"" + RowFields.shown(type) + "\"; Llama models read text only",
                    "keep only text parts, {\"type\": \"text\", \"text\": …}, or remove the row");
        }
    }

    private boolean trainedOn(JsonNode message, String at) {
        JsonNode weight = message.path("weight");
        JsonNode train = message.path("train");
        boolean weighs = weight.isMissingNode() || weight.isNull() || weight.doubleValue(-1) == 1;
        if (!weighs && weight.doubleValue(-1) != 0) {
            throw row.wrong(
                    at + ".weight",
                    "weight is " + RowFields.shown(weight.toString()) + "; only 0 and 1 are supported",
                    "set it to 1 (train on this turn) or 0 (exclude it)");
        }
        if (train.isMissingNode() || train.isNull()) return weighs;
        if (!train.isBoolean()) {
            throw row.wrong(
                    at + ".train", "train is " + RowFields.kind(train) + ", not a boolean", "set it to true or false");
        }
        return weighs && train.booleanValue();
    }
}
