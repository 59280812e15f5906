package org.halftune.data;

import java.util.List;
import org.halftune.chat.Conversation;
import org.halftune.chat.Message;

/**
 * One row of training data, by format.
 *
 * @see RowFormat the columns of each format
 */
public sealed interface Row {

    /** Prepends a system message to a conversation that has none. Other rows are returned unchanged. */
    default Row withSystem(Message system) {
        return switch (this) {
            case Messages chat -> new Messages(chat.conversation().withSystem(system));
            case ChatCompletion chat -> new ChatCompletion(chat.prompt().withSystem(system), chat.completion());
            case ChatPreference chat ->
                new ChatPreference(chat.prompt().withSystem(system), chat.chosen(), chat.rejected());
            case PromptCompletion _, Instruction _, Text _, TextPreference _, Tokenized _ -> this;
        };
    }

    /** A conversation, as {@code messages} or in ShareGPT's format. At least one message. */
    record Messages(Conversation conversation) implements Row {}

    /** A text and its continuation: {@code prompt} + {@code completion}, or TRACE's {@code prompt} + {@code answer}. */
    record PromptCompletion(String prompt, String completion) implements Row {}

    /**
     * A conversation and the turns that complete it: {@code prompt} + {@code completion} as message lists, {@code
     * question} + {@code answer}, or LLaMA-Factory's alpaca rows with {@code system} or {@code history}. Both have at
     * least one message.
     */
    record ChatCompletion(Conversation prompt, List<Message> completion) implements Row {

        /** Prompt and completion as one conversation. */
        Conversation whole() {
            return prompt.followedBy(completion);
        }
    }

    /** Stanford Alpaca: {@code instruction}, {@code input} (empty if there is none) and {@code output}. */
    record Instruction(String instruction, String input, String output) implements Row {}

    /** Plain text: {@code text}. */
    record Text(String text) implements Row {}

    /** Two answers to a text prompt: {@code prompt}, {@code chosen}, {@code rejected}. */
    record TextPreference(String prompt, String chosen, String rejected) implements Row {}

    /** Two continuations of a conversation. The prompt may be empty; the answers are not. */
    record ChatPreference(Conversation prompt, List<Message> chosen, List<Message> rejected) implements Row {}

    /**
     * Tokenized data: {@code input_ids} and {@code labels} of equal length. A label is an id or {@link
     * Example#IGNORED}, aligned with its token (not shifted), as in Hugging Face data. No token is added.
     *
     * @param starts start of each document, ascending from 0; documents do not attend to each other
     */
    @SuppressWarnings("ArrayRecordComponent") // read once; then owned by the example
    record Tokenized(int[] inputIds, int[] labels, int[] starts) implements Row {

        /** A row of one document. */
        Tokenized(int[] inputIds, int[] labels) {
            this(inputIds, labels, new int[] {0});
        }
    }
}
