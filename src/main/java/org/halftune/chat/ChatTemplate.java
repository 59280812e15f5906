package org.halftune.chat;

import java.time.LocalDateTime;
import java.util.Map;
import java.util.Optional;

/** How a conversation becomes text. May be used by several threads at once. */
public interface ChatTemplate {

    /**
     * Renders as transformers' {@code apply_chat_template(tokenize=False)} does.
     *
     * @param addGenerationPrompt whether the text ends with the opening of an assistant's turn, for the model to go on
     * @throws org.halftune.problem.InputError if the template refuses the conversation ({@code raise_exception}) or cannot be
     *     rendered faithfully; {@code where} names the template and its line
     */
    Rendered render(Conversation conversation, boolean addGenerationPrompt);

    /**
     * Whether the text holds all special tokens, BOS too: true for a model's own template, whose text is tokenized without
     * adding any, as in transformers. False: the tokenizer's own rule adds BOS.
     */
    boolean writesSpecialTokens();

    /** For people: {@code chat_template.jinja of the model}, {@code plain template (the model has none)}. */
    String description();

    /** The Jinja source that an exported model carries. */
    String source();

    /** The model's other templates, which an export keeps: source by name. */
    default Map<String, String> others() {
        return Map.of();
    }

    /** The time that {@code strftime_now} gives, if the template uses it: the same for all conversations. */
    default Optional<LocalDateTime> dates() {
        return Optional.empty();
    }

    /** Text of the EOS token, which some templates write behind the last turn; empty if there is none. */
    default String eos() {
        return "";
    }
}
