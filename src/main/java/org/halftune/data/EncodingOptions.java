package org.halftune.data;

import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * What is kept and learnt of a row; names and defaults as in TRL's {@code SFTConfig}.
 *
 * @param maxLength tokens of a row at most; {@link MaxLength#UNLIMITED} keeps all, as far as the model has positions
 * @param truncation what becomes of a longer row
 * @param completionOnlyLoss whether the prompt is masked; null: yes, in rows that have a prompt
 * @param assistantOnlyLoss whether all but the assistant's turns is masked; needs conversations
 */
public record EncodingOptions(
        int maxLength, Truncation truncation, @Nullable Boolean completionOnlyLoss, boolean assistantOnlyLoss) {

    public EncodingOptions {
        if (maxLength < 2) {
            throw new InputError(
                    "max_length " + maxLength + " leaves nothing to learn", "", "set max_length to 2 or more");
        }
    }

    /** Of a longer row the start is kept. */
    public EncodingOptions(int maxLength, @Nullable Boolean completionOnlyLoss, boolean assistantOnlyLoss) {
        this(maxLength, Truncation.KEEP_START, completionOnlyLoss, assistantOnlyLoss);
    }

    /** TRL's defaults but for the length. */
    public static EncodingOptions ofLength(int maxLength) {
        return new EncodingOptions(maxLength, null, false);
    }

    boolean masksPrompt() {
        return completionOnlyLoss == null || completionOnlyLoss;
    }
}
