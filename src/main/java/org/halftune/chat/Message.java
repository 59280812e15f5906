package org.halftune.chat;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One turn of a conversation.
 *
 * @param fields what the template reads as {@code message.role}, {@code message.content}, {@code message.tool_calls},
 *     …, in the order of the data. Values are JSON values: {@link String}, {@link Boolean}, {@link Long}, {@link
 *     Double}, {@link java.math.BigInteger}, null, {@code List<Object>}, {@code Map<String, Object>}. {@code role} is
 *     always a string.
 * @param trainedOn false if the data excludes this turn from the loss ({@code weight: 0}, {@code train: false})
 */
public record Message(Map<String, Object> fields, boolean trainedOn) {

    public Message {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields)); // Map.copyOf would refuse null values
        if (!(fields.get("role") instanceof String)) throw new IllegalArgumentException("the message has no role");
    }

    /** A turn with plain text as its content. */
    public static Message of(String role, String content) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("role", role);
        fields.put("content", content);
        return new Message(fields, true);
    }

    /** {@code system}, {@code user}, {@code assistant}, {@code tool}, or another role of the data. */
    public String role() {
        return (String) Objects.requireNonNull(fields.get("role"));
    }

    public boolean isAssistant() {
        return role().equals("assistant");
    }

    /** The content if it is a string; "" if it is null, missing or a list of parts. */
    public String text() {
        return fields.get("content") instanceof String text ? text : "";
    }
}
