package org.halftune.chat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that a chat template is given for one conversation.
 *
 * @param messages the turns, in order
 * @param tools {@code tools}: JSON values, as {@link Message#fields}; empty if there are none (the template then sees {@code
 *     none}, as in transformers)
 * @param variables further variables of the template: {@code documents}, {@code enable_thinking}, … ({@code
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

    /** With this message before all turns; the same if it begins with a system message already. */
    public Conversation withSystem(Message system) {
        if (!messages.isEmpty() && messages.getFirst().role().equals("system")) return this;
        return new Conversation(List.of(system), tools, variables).followedBy(messages);
    }

    /** The first {@code count} turns, with the same tools and variables. */
    public Conversation first(int count) {
        return new Conversation(messages.subList(0, count), tools, variables);
    }

    /** These turns and then {@code more}. */
    public Conversation followedBy(List<Message> more) {
        var all = new ArrayList<>(messages);
        all.addAll(more);
        return new Conversation(all, tools, variables);
    }
}
