package org.halftune.data;

import java.util.List;
import org.halftune.chat.Conversation;
import org.halftune.chat.Message;

/**
 * What one line of a data file says, in the forms that are read.
 *
 * @see RowForm the columns that make each
 */
public sealed interface Row {

    /** The row with this system message first; the row itself if it is no conversation, or has a system message. */
    default Row withSystem(Message system) {
        return switch (this) {
            case Messages chat -> new Messages(chat.conversation().withSystem(system));
            case ChatCompletion chat -> new ChatCompletion(chat.prompt().withSystem(system), chat.completion());
            case PromptCompletion _, Instruction _, Text _, TextPreference _, ChatPreference _, Tokenized _ -> this;
        };
    }

    /** A conversation, as {@code messages} or in ShareGPT's form. At least one message. */
    record Messages(Conversation conversation) implements Row {}

    /** Text and how it goes on: {@code prompt} + {@code completion}, or TRACE's {@code prompt} + {@code answer}. */
    record PromptCompletion(String prompt, String completion) implements Row {}

    /**
     * A conversation and the turns to learn: {@code prompt} + {@code completion} as message lists, {@code question} +
     * {@code answer}, or LLaMA-Factory's alpaca rows with {@code system} or {@code history}. Both have at least one message.
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

    /** Two answers to a text, the better one first: {@code prompt}, {@code chosen}, {@code rejected}. */
    record TextPreference(String prompt, String chosen, String rejected) implements Row {}

    /** Two ways to go on with a conversation, the better one first. The prompt may be empty, the answers are not. */
    record ChatPreference(Conversation prompt, List<Message> chosen, List<Message> rejected) implements Row {}

    /**
     * Already tokens: {@code input_ids} and {@code labels} of equal length; a label is an id or {@link Example#IGNORED},
     * aligned with its own token (not shifted), as in Hugging Face data. Nothing is added to it.
     *
     * @param starts where its documents begin, ascending from 0; a document never sees another
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, then owned by the example
    record Tokenized(int[] inputIds, int[] labels, int[] starts) implements Row {

        /** One document. */
        Tokenized(int[] inputIds, int[] labels) {
            this(inputIds, labels, new int[] {0});
        }
    }
}
