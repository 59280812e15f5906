package org.halftune.generate;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.halftune.chat.ChatTemplate;
import org.halftune.chat.Conversation;
import org.halftune.chat.Message;
import org.halftune.chat.PlainTemplate;
import org.halftune.data.EndOfTurn;
import org.halftune.data.FolderTemplate;
import org.halftune.data.Tokenizer;

/** Encodes conversations: renders them with the chat template and tokenizes the text. */
final class ChatReader {
    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final Optional<Message> system;
    private final OptionalInt endOfTurn;

    ChatReader(Tokenizer tokenizer, ChatTemplate template, Optional<String> system) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.system = system.map(text -> Message.of("system", text));
        this.endOfTurn = EndOfTurn.of(template, tokenizer);
    }

    /** @throws InputError if the template does not exist or cannot be read */
    static ChatReader open(Path folder, Tokenizer tokenizer, ChatOptions options) {
        var now = LocalDateTime.now(ZoneId.systemDefault());
        var template = FolderTemplate.open(folder, options.template(), tokenizer, now);
        return new ChatReader(tokenizer, template, options.system());
    }

    ChatTemplate template() {
        return template;
    }

    Optional<Message> system() {
        return system;
    }

    /** The tokens of the system message, the turns, and the generation prompt. */
    int[] tokens(List<Message> turns) {
        var all = new ArrayList<Message>();
        system.ifPresent(all::add);
        all.addAll(turns);
        String text = template.render(Conversation.of(all), true).text();
        return tokenizer.promptIds(text, !template.writesSpecialTokens());
    }

    /** The end tokens of the model and of the template. */
    Set<Integer> stopIds() {
        var ids = new TreeSet<>(tokenizer.special().stopIds());
        endOfTurn.ifPresent(ids::add);
        return ids;
    }

    /** Notices to show before the first answer. */
    List<String> notices() {
        var notices = new ArrayList<String>();
        if (template instanceof PlainTemplate) {
            notices.add("chat template: " + template.description() + "; use --chat_template for another one");
        }
        var end = endOfTurn;
        if (end.isPresent() && !tokenizer.special().stopIds().contains(end.getAsInt())) {
            notices.add(
                    "answers end at " + tokenizer.decode(new int[] {end.getAsInt()}, false)
                            + ", the end-of-turn token of the chat template; the model's configuration does not list it as an end token");
        }
        return notices;
    }
}
