package org.halftune.data;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Optional;
import org.halftune.chat.ChatTemplate;
import org.halftune.chat.ChatTemplates;

/** The chat template of a model folder with the special tokens of its tokenizer. */
public final class FolderTemplate {
    private FolderTemplate() {}

    /**
     * The template that was asked for, else the model's own, else the plain one.
     *
     * @param asked {@code --chat_template}
     * @param now what {@code strftime_now} gives
     * @throws org.halftune.problem.InputError if it is not there or cannot be used
     */
    public static ChatTemplate open(Path folder, Optional<String> asked, Tokenizer tokenizer, LocalDateTime now) {
        var special = tokenizer.special();
        return ChatTemplates.open(folder, asked, special.bosText(), special.eosText(), now);
    }
}
