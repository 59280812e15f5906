package org.halftune.data;

import java.util.List;

/** How a conversation becomes text. */
public interface ChatTemplate {

    /**
     * @param messages at least one
     * @param addGenerationPrompt whether the text ends with the opening of an assistant's turn, for the model to go on
     */
    List<Segment> render(List<Message> messages, boolean addGenerationPrompt);

    /**
     * Whether the rendered text holds BOS itself, where the model wants one. If not, the tokenizer's own rule adds it:
     * so an example never has two.
     */
    boolean writesSpecialTokens();

    /** The text of {@code segments}, without the marks. */
    static String text(List<Segment> segments) {
        var text = new StringBuilder();
        for (Segment segment : segments) text.append(segment.text());
        return text.toString();
    }
}
