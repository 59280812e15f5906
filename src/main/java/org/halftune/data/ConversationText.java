package org.halftune.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.halftune.chat.ChatTemplate;
import org.halftune.chat.Conversation;
import org.halftune.chat.Message;
import org.halftune.chat.PlainTemplate;
import org.halftune.chat.Rendered;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * Renders conversations with a chat template and checks that the template used all of their content:
 *
 * <ul>
 *   <li>If the template does not render tool calls, tools or documents, that is an error that names them. The check
 *       renders the conversation a second time without them and compares. It runs for every conversation that has such
 *       a part, because a template may use it in some conversations only.
 *   <li>Content that is null, missing or a list of text parts is passed to the template unchanged, as in transformers.
 *       Many templates only handle strings and fail; they then get the joined parts, or "" if there are none. Such rows
 *       are counted.
 * </ul>
 *
 * <p>Thread-safe.
 */
final class ConversationText {

    /**
     * @param conversation the conversation as passed to the template
     * @param simplified whether content was converted to plain strings for the template
     */
    record Written(Conversation conversation, Rendered rendered, boolean simplified) {}

    private final ChatTemplate template;

    ConversationText(ChatTemplate template) {
        this.template = template;
    }

    /** @throws InputError if the template raises an error, or leaves out a part of the conversation */
    Written write(Conversation conversation, boolean addGenerationPrompt, Place place) {
        boolean structured = conversation.messages().stream().anyMatch(ConversationText::isStructured);
        boolean simplified = structured && template instanceof PlainTemplate;
        Conversation given = simplified ? withText(conversation) : conversation;
        Rendered rendered;
        try {
            rendered = template.render(given, addGenerationPrompt);
        } catch (InputError refused) {
            if (!structured || simplified) throw placed(refused, place);
            simplified = true;
            given = withText(conversation);
            try {
                rendered = template.render(given, addGenerationPrompt);
            } catch (InputError again) {
                throw placed(again, place);
            }
        }
        checkRead(given, rendered, addGenerationPrompt, place);
        return new Written(given, rendered, simplified);
    }

    private void checkRead(Conversation given, Rendered rendered, boolean prompt, Place place) {
        if (!given.tools().isEmpty()) {
            checkRead(
                    "tools", new Conversation(given.messages(), List.of(), given.variables()), rendered, prompt, place);
        }
        if (given.variables().containsKey("documents")) {
            var others = new LinkedHashMap<>(given.variables());
            others.remove("documents");
            checkRead("documents", new Conversation(given.messages(), given.tools(), others), rendered, prompt, place);
        }
        for (String calls : List.of("tool_calls", "function_call")) {
            if (given.messages().stream()
                    .noneMatch(message -> isPresent(message.fields().get(calls)))) continue;
            checkRead(calls, without(calls, given), rendered, prompt, place);
        }
    }

    private void checkRead(String name, Conversation without, Rendered rendered, boolean prompt, Place place) {
        try {
            if (!template.render(without, prompt).text().equals(rendered.text())) return;
        } catch (InputError needed) {
            return;
        }
        throw new InputError(
                "the row has " + name + ", but the chat template does not render them: " + template.description(),
                place.field(name),
                "use a template that renders " + name + " (--chat_template), or remove them from the rows");
    }

    private static boolean isStructured(Message message) {
        return !(message.fields().get("content") instanceof String);
    }

    private static boolean isPresent(@Nullable Object calls) {
        return switch (calls) {
            case null -> false;
            case List<?> list -> !list.isEmpty();
            default -> true;
        };
    }

    private static Conversation withText(Conversation conversation) {
        var messages = conversation.messages().stream()
                .map(message -> isStructured(message) ? withText(message) : message)
                .toList();
        return new Conversation(messages, conversation.tools(), conversation.variables());
    }

    private static Message withText(Message message) {
        Map<String, Object> fields = new LinkedHashMap<>(message.fields());
        fields.put("content", text(message));
        return new Message(fields, message.trainedOn());
    }

    /** The content as one string: text parts are joined; "" if there is no content. */
    static String text(Message message) {
        var text = new StringBuilder(message.text());
        if (message.fields().get("content") instanceof List<?> parts) {
            for (Object part : parts) {
                Object words = part instanceof Map<?, ?> map ? map.get("text") : part;
                if (words instanceof String) text.append(words);
            }
        }
        return text.toString();
    }

    private static Conversation without(String field, Conversation conversation) {
        var messages = new ArrayList<Message>();
        for (Message message : conversation.messages()) {
            Map<String, Object> fields = new LinkedHashMap<>(message.fields());
            fields.remove(field);
            messages.add(new Message(fields, message.trainedOn()));
        }
        return new Conversation(messages, conversation.tools(), conversation.variables());
    }

    private static InputError placed(InputError error, Place place) {
        return new InputError(
                error.what(), error.where().isEmpty() ? place.toString() : place + ": " + error.where(), error.fix());
    }
}
