package org.halftune.data;

import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * What is kept and learnt of a row; names and defaults as in TRL's {@code SFTConfig}.
 *
 * @param maxLength tokens of a sequence; of a longer one the start is kept
 * @param completionOnlyLoss whether the prompt is masked; null: yes, in rows that have a prompt
 * @param assistantOnlyLoss whether all but the assistant's turns is masked; needs conversations
 */
public record EncodingOptions(int maxLength, @Nullable Boolean completionOnlyLoss, boolean assistantOnlyLoss) {

    public EncodingOptions {
        if (maxLength < 2) {
            throw new InputError(
                    "max_length " + maxLength + " leaves nothing to learn", "", "set max_length to 2 or more");
        }
    }

    /** TRL's defaults but for the length. */
    public static EncodingOptions ofLength(int maxLength) {
        return new EncodingOptions(maxLength, null, false);
    }

    boolean masksPrompt() {
        return completionOnlyLoss == null || completionOnlyLoss;
    }
}
