package org.halftune.data;

import java.util.OptionalInt;
import org.halftune.chat.ChatTemplate;
import org.halftune.chat.Conversation;
import org.halftune.chat.Message;
import org.halftune.problem.InputError;

/**
 * The special token that a chat template writes after an assistant turn. A model trained with the template ends its
 * answers with it, even if {@code config.json} names a different EOS token.
 */
public final class EndOfTurn {
    /** A text that no template contains. */
    private static final String ANSWER = "halftune-answer";

    private EndOfTurn() {}

    /** Empty if the template writes other text there, or raises an error for a conversation of two turns. */
    public static OptionalInt of(ChatTemplate template, Tokenizer tokenizer) {
        try {
            var question = Message.of("user", "?");
            String text = template.render(Conversation.of(question, Message.of("assistant", ANSWER)), false)
                    .text();
            int at = text.lastIndexOf(ANSWER);
            String rest = at < 0 ? "" : text.substring(at + ANSWER.length()).stripLeading();
            if (rest.isEmpty()) return OptionalInt.empty();
            int first = tokenizer.encode(rest, false)[0];
            boolean special = tokenizer.decode(new int[] {first}, true).isEmpty();
            return special ? OptionalInt.of(first) : OptionalInt.empty();
        } catch (InputError e) {
            return OptionalInt.empty(); // the error is reported when the row itself is rendered
        }
    }
}
