package org.halftune.data;

import java.util.List;

/**
 * What one line of a data file says, in the forms that are read. Columns beyond those of the form are ignored.
 *
 * @see RowForm the columns that make each
 */
public sealed interface Row {

    /** A conversation: {@code messages}, or ShareGPT's {@code conversations}. At least one message. */
    record Messages(List<Message> messages) implements Row {}

    /** Text and how it goes on: {@code prompt} + {@code completion}, or TRACE's {@code prompt} + {@code answer}. */
    record PromptCompletion(String prompt, String completion) implements Row {}

    /**
     * A conversation and the turns to learn: {@code prompt} + {@code completion} as message lists, or {@code question} +
     * {@code answer} (a user's and an assistant's turn). Both have at least one message.
     */
    record ChatCompletion(List<Message> prompt, List<Message> completion) implements Row {}

    /** Alpaca: {@code instruction}, {@code input} (empty if there is none) and {@code output}. */
    record Instruction(String instruction, String input, String output) implements Row {}

    /** Plain text: {@code text}. */
    record Text(String text) implements Row {}

    /**
     * Already tokens: {@code input_ids} and {@code labels} of equal length; a label is an id or {@link Example#IGNORED},
     * aligned with its own token (not shifted), as in Hugging Face data. Nothing is added to it.
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, then owned by the example
    record Tokenized(int[] inputIds, int[] labels) implements Row {}
}
