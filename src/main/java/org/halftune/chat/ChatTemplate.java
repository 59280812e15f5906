package org.halftune.chat;

import java.time.LocalDateTime;
import java.util.Map;
import java.util.Optional;

/** Renders conversations as text. Thread-safe. */
public interface ChatTemplate {

    /**
     * Renders as transformers' {@code apply_chat_template(tokenize=False)} does.
     *
     * @param addGenerationPrompt whether to append the header of an assistant turn for the model to complete
     * @throws org.halftune.problem.InputError if the template calls {@code raise_exception} or cannot be rendered
     *     exactly; {@code where} names the template and the line
     */
    Rendered render(Conversation conversation, boolean addGenerationPrompt);

    /**
     * True if the text contains all special tokens, including BOS, and must be tokenized without adding any: a model's
     * own template, as in transformers. False if the tokenizer adds BOS.
     */
    boolean writesSpecialTokens();

    /** For display: {@code chat_template.jinja of the model}, {@code plain (the model has no template)}. */
    String description();

    /** The Jinja source for an exported model. */
    String source();

    /** Other templates of the model, which an export keeps: source by name. */
    default Map<String, String> others() {
        return Map.of();
    }

    /** The time that {@code strftime_now} gives, if the template uses it. It is the same for all conversations. */
    default Optional<LocalDateTime> dates() {
        return Optional.empty();
    }

    /** Text of the EOS token, which some templates write after the last turn; "" if there is none. */
    default String eos() {
        return "";
    }
}
