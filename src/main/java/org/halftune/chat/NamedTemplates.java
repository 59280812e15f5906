package org.halftune.chat;

import java.time.LocalDateTime;
import java.util.Map;
import java.util.Optional;

/**
 * The templates of a model that has several: one for conversations without tools, one for those with tools.
 *
 * @param others all templates except {@code plain}: source by name
 */
record NamedTemplates(ChatTemplate plain, ChatTemplate withTools, Map<String, String> others) implements ChatTemplate {

    @Override
    public Rendered render(Conversation conversation, boolean addGenerationPrompt) {
        var template = conversation.tools().isEmpty() ? plain : withTools;
        return template.render(conversation, addGenerationPrompt);
    }

    @Override
    public boolean writesSpecialTokens() {
        return true;
    }

    @Override
    public String description() {
        return plain == withTools
                ? plain.description()
                : plain.description() + "; with tools: " + withTools.description();
    }

    @Override
    public String source() {
        return plain.source();
    }

    @Override
    public Optional<LocalDateTime> dates() {
        return plain.dates().or(withTools::dates);
    }

    @Override
    public String eos() {
        return plain.eos();
    }
}
