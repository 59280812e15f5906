package org.halftune.data;

import java.util.ArrayList;
import java.util.List;

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
 * @param eos text of the EOS token
 */
public record PlainTemplate(String eos) implements ChatTemplate {

    private static final String BETWEEN_TURNS = "\n\n";

    /** With the tokenizer's EOS; without one, if it has none. */
    public static PlainTemplate of(Tokenizer tokenizer) {
        SpecialTokens.SpecialToken eos = tokenizer.special().eos();
        return new PlainTemplate(eos == null ? "" : eos.text());
    }

    @Override
    public List<Segment> render(List<Message> messages, boolean addGenerationPrompt) {
        var segments = new ArrayList<Segment>(2 * messages.size() + 1);
        String before = "";
        for (Message message : messages) {
            segments.add(new Segment(before + heading(message.role()), false));
            boolean assistant = message.role() == Message.Role.ASSISTANT;
            segments.add(new Segment(assistant ? message.content() + eos : message.content(), assistant));
            before = BETWEEN_TURNS;
        }
        if (addGenerationPrompt) segments.add(new Segment(before + heading(Message.Role.ASSISTANT), false));
        return segments;
    }

    @Override
    public boolean writesSpecialTokens() {
        return false;
    }

    private static String heading(Message.Role role) {
        return switch (role) {
            case SYSTEM -> "### System:\n";
            case USER -> "### User:\n";
            case ASSISTANT -> "### Assistant:\n";
            case TOOL -> "### Tool:\n";
        };
    }
}
