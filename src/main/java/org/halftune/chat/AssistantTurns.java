package org.halftune.chat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.halftune.problem.InputError;

/**
 * Where in a rendered conversation the assistant speaks: the template's {@code {% generation %}} blocks, or without any the
 * text that each assistant's turn adds to what stands before it.
 */
public final class AssistantTurns {
    private AssistantTurns() {}

    /**
     * One entry a message: what the assistant says there, empty for the turns of others.
     *
     * @param rendered {@code conversation} without a generation prompt
     * @throws InputError if the template does not show which part of the text belongs to which turn
     */
    public static List<Optional<Span>> of(ChatTemplate template, Conversation conversation, Rendered rendered) {
        var spans = new ArrayList<Optional<Span>>();
        Optional<Iterator<Span>> generated = rendered.generated().map(List::iterator);
        for (int i = 0; i < conversation.messages().size(); i++) {
            if (!conversation.messages().get(i).isAssistant()) spans.add(Optional.empty());
            else if (generated.isEmpty()) spans.add(Optional.of(added(template, conversation, i, rendered.text())));
            else if (generated.get().hasNext())
                spans.add(Optional.of(generated.get().next()));
            else spans.add(Optional.empty());
        }
        return spans;
    }

    private static Span added(ChatTemplate template, Conversation conversation, int turn, String whole) {
        String before = template.render(conversation.first(turn), true).text();
        String after = template.render(conversation.first(turn + 1), false).text();
        if (whole.startsWith(after) && after.startsWith(before)) return new Span(before.length(), after.length());
        throw new InputError(
                "the template does not show which text is the assistant's: turn " + (turn + 1)
                        + " changes what stands before it",
                template.description(),
                "use a template with {% generation %} blocks (--chat_template), or leave assistant_only_loss out");
    }
}
