package org.halftune.eval.task;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a row becomes a prompt: description, examples, question. The parts are joined as in lm-evaluation-harness.
 *
 * @param text {@code doc_to_text}: gives the question
 * @param description {@code description}: text before the first example
 * @param fewshot {@code fewshot_data}: the file of the examples; its first rows are used, in order
 * @param shots {@code num_fewshot}: number of examples
 * @param targetDelimiter {@code target_delimiter}: between a question and its answer
 * @param fewshotDelimiter {@code fewshot_delimiter}: after an example
 * @param chat {@code apply_chat_template}: whether the prompt is a user message in the model's chat template; the answer
 *     then follows without a delimiter
 * @param system {@code system_instruction}: the system message of the chat
 */
public record TaskPrompt(
        Field text,
        String description,
        Optional<Path> fewshot,
        int shots,
        String targetDelimiter,
        String fewshotDelimiter,
        boolean chat,
        Optional<String> system) {

    /** @param file of the examples; empty: as before */
    TaskPrompt withExamples(int count, Optional<Path> file) {
        return new TaskPrompt(
                text, description, file.or(() -> fewshot), count, targetDelimiter, fewshotDelimiter, chat, system);
    }

    TaskPrompt asChat() {
        return new TaskPrompt(text, description, fewshot, shots, targetDelimiter, fewshotDelimiter, true, system);
    }
}
