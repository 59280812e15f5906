package org.halftune.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The template of models that have none. Turns are headed by who speaks and parted by an empty line; the assistant's
 * words end with the tokenizer's EOS token, which it learns with them:
 *
 * <pre>
 * ### System:
 * Be brief.
 *
 * ### User:
 * Where does Lily live?
 *
 * ### Assistant:
 * By the park.&lt;/s&gt;
 * </pre>
 *
 * <p>No line break follows the last turn. The generation prompt is {@code "\n\n### Assistant:\n"}.
 *
 * @param eos text of the EOS token; empty if there is none
 */
public record PlainTemplate(String eos) implements ChatTemplate {

    private static final String BETWEEN_TURNS = "\n\n";

    @Override
    public Rendered render(Conversation conversation, boolean addGenerationPrompt) {
        var text = new StringBuilder();
        var generated = new ArrayList<Span>();
        for (Message message : conversation.messages()) {
            if (!text.isEmpty()) text.append(BETWEEN_TURNS);
            text.append(heading(message.role()));
            int start = text.length();
            text.append(message.text());
            if (!message.isAssistant()) continue;
            text.append(eos);
            generated.add(new Span(start, text.length()));
        }
        if (addGenerationPrompt) {
            if (!text.isEmpty()) text.append(BETWEEN_TURNS);
            text.append(heading("assistant"));
        }
        return new Rendered(text.toString(), Optional.of(List.copyOf(generated)));
    }

    @Override
    public boolean writesSpecialTokens() {
        return false;
    }

    @Override
    public String description() {
        return "plain template (the model has none)";
    }

    @Override
    public String source() {
        throw new UnsupportedOperationException("the plain template as Jinja");
    }

    /** {@code "### User:\n"} for {@code user}. */
    private static String heading(String role) {
        return "### " + role.substring(0, 1).toUpperCase(Locale.ROOT) + role.substring(1) + ":\n";
    }
}
