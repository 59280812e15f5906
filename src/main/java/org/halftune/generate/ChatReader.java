package org.halftune.generate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.halftune.chat.ChatTemplate;
import org.halftune.chat.ChatTemplates;
import org.halftune.chat.Conversation;
import org.halftune.chat.Message;
import org.halftune.chat.PlainTemplate;
import org.halftune.data.SpecialTokens.SpecialToken;
import org.halftune.data.Tokenizer;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/** Conversations as a model reads them: rendered by its chat template, then tokenized. */
final class ChatReader {
    /** An answer that no template contains. */
    private static final String ANSWER = "halftune-answer";

    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final Optional<Message> system;

    ChatReader(Tokenizer tokenizer, ChatTemplate template, Optional<String> system) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.system = system.map(text -> Message.of("system", text));
    }

    /** @throws InputError if there is no such template, or it cannot be read */
    static ChatReader open(Path folder, Tokenizer tokenizer, ChatOptions options) {
        var special = tokenizer.special();
        var template = ChatTemplates.open(folder, options.template(), text(special.bos()), text(special.eos()));
        return new ChatReader(tokenizer, template, options.system());
    }

    private static @Nullable String text(@Nullable SpecialToken token) {
        return token == null ? null : token.text();
    }

    ChatTemplate template() {
        return template;
    }

    /** The turns after the system message, and the opening of the assistant's next one. */
    int[] tokens(List<Message> turns) {
        var all = new ArrayList<Message>();
        system.ifPresent(all::add);
        all.addAll(turns);
        String text = template.render(Conversation.of(all), true).text();
        return PromptTokens.of(tokenizer, text, !template.writesSpecialTokens());
    }

    /**
     * The special token that the template writes right after an assistant's words. A model that was taught with the template
     * ends its answers with it, even if its configuration names another as the end.
     */
    OptionalInt endOfTurn() {
        String text;
        try {
            var question = Message.of("user", "?");
            text = template.render(Conversation.of(question, Message.of("assistant", ANSWER)), false)
                    .text();
        } catch (InputError e) {
            return OptionalInt
                    .empty(); // the template takes other conversations; one that it refuses is refused when it comes
        }
        int at = text.lastIndexOf(ANSWER);
        if (at < 0) return OptionalInt.empty();
        String rest = text.substring(at + ANSWER.length()).stripLeading();
        if (rest.isEmpty()) return OptionalInt.empty();
        int first = tokenizer.encode(rest, false)[0];
        boolean special = tokenizer.decode(new int[] {first}, true).isEmpty();
        return special ? OptionalInt.of(first) : OptionalInt.empty();
    }

    /** The model's end tokens and the template's. */
    Set<Integer> stopIds() {
        var ids = new TreeSet<>(tokenizer.special().stopIds());
        endOfTurn().ifPresent(ids::add);
        return ids;
    }

    /** What a user should know before the first answer. */
    List<String> notices() {
        var notices = new ArrayList<String>();
        if (template instanceof PlainTemplate) {
            notices.add("chat template: " + template.description() + "; --chat_template names another");
        }
        var end = endOfTurn();
        if (end.isPresent() && !tokenizer.special().stopIds().contains(end.getAsInt())) {
            notices.add(
                    "answers end at " + tokenizer.decode(new int[] {end.getAsInt()}, false)
                            + ", with which the chat template ends a turn; the model's configuration does not name it as an end token");
        }
        return notices;
    }
}
