package org.halftune.data;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Optional;
import org.halftune.chat.ChatTemplate;
import org.halftune.chat.ChatTemplates;

/** Opens the chat template of a model folder, with the special tokens of its tokenizer. */
public final class FolderTemplate {
    private FolderTemplate() {}

    /**
     * The template given by the user, else the model's own, else the plain template.
     *
     * @param asked {@code --chat_template}
     * @param now the date that {@code strftime_now} gives
     * @throws org.halftune.problem.InputError if the template is missing or broken
     */
    public static ChatTemplate open(Path folder, Optional<String> asked, Tokenizer tokenizer, LocalDateTime now) {
        var special = tokenizer.special();
        return ChatTemplates.open(folder, asked, special.bosText(), special.eosText(), now);
    }
}
