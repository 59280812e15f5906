package org.halftune.chat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The input of a chat template.
 *
 * @param messages the turns, in order
 * @param tools JSON values as in {@link Message#fields}; if empty, the template sees {@code none}, as in transformers
 * @param variables other variables of the template: {@code documents}, {@code enable_thinking}, … ({@code
 *     chat_template_kwargs} of TRL)
 */
public record Conversation(List<Message> messages, List<Object> tools, Map<String, Object> variables) {

    public Conversation {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
    }

    public static Conversation of(List<Message> messages) {
        return new Conversation(messages, List.of(), Map.of());
    }

    public static Conversation of(Message... messages) {
        return of(List.of(messages));
    }

    /** Prepends a system message; returns this if there is one already. */
    public Conversation withSystem(Message system) {
        if (!messages.isEmpty() && messages.getFirst().role().equals("system")) return this;
        return new Conversation(List.of(system), tools, variables).followedBy(messages);
    }

    /** The first {@code count} turns, with the same tools and variables. */
    public Conversation first(int count) {
        return new Conversation(messages.subList(0, count), tools, variables);
    }

    /** Appends {@code more} turns. */
    public Conversation followedBy(List<Message> more) {
        var all = new ArrayList<>(messages);
        all.addAll(more);
        return new Conversation(all, tools, variables);
    }
}
