package org.halftune.generate;

import java.nio.file.Path;
import java.util.List;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * What {@code halftune generate} is asked to do.
 *
 * @param model a model folder
 * @param prompts texts to continue; may be empty if there is a file
 * @param promptFile more of them: {@code .txt} with one a line, or rows with a prompt; null for none
 * @param chat whether a prompt is what a user says, to be answered, rather than a text to continue; without any prompt, a
 *     {@link Chat}
 * @param turns how prompts, and rows that are conversations, are rendered
 * @param batchSize prompts continued at once
 */
public record GenerateOptions(
        Path model,
        List<String> prompts,
        @Nullable Path promptFile,
        boolean chat,
        ChatOptions turns,
        Writing writing,
        int batchSize) {

    public static final int DEFAULT_MAX_NEW_TOKENS = 128;
    /** Of an answer in a conversation. */
    public static final int DEFAULT_MAX_ANSWER_TOKENS = 512;

    public static final int DEFAULT_BATCH_SIZE = 16;

    public GenerateOptions {
        prompts = List.copyOf(prompts);
        if (prompts.isEmpty() && promptFile == null && !chat) {
            throw new InputError(
                    "nothing to continue",
                    "--prompt",
                    "give a --prompt, a --prompt_file, or --chat for a conversation");
        }
    }
}
