package org.halftune.generate;

import java.nio.file.Path;
import java.util.List;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * Options of {@code halftune generate}.
 *
 * @param model a model folder
 * @param prompts texts to continue; may be empty if there is a file
 * @param promptFile more prompts: {@code .txt} with one per line, or rows with a prompt; null for none
 * @param chat whether prompts are user messages to answer, not texts to continue; without prompts, a {@link Chat}
 * @param turns how prompts and conversations are rendered
 * @param batchSize number of prompts decoded together
 */
public record GenerateOptions(
        Path model,
        List<String> prompts,
        @Nullable Path promptFile,
        boolean chat,
        ChatOptions turns,
        GenerationSettings settings,
        int batchSize) {

    public static final int DEFAULT_MAX_NEW_TOKENS = 128;
    /** Default for answers in a conversation. */
    public static final int DEFAULT_MAX_ANSWER_TOKENS = 512;

    public static final int DEFAULT_BATCH_SIZE = 16;

    public GenerateOptions {
        prompts = List.copyOf(prompts);
        if (prompts.isEmpty() && promptFile == null && !chat) {
            throw new InputError(
                    "there is no prompt", "--prompt", "use --prompt, --prompt_file, or --chat for a conversation");
        }
    }
}
