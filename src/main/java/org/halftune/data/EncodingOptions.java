package org.halftune.data;

import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;

/**
 * How rows are truncated and masked; names and defaults as in TRL's {@code SFTConfig}.
 *
 * @param maxLength maximum tokens of a row; with {@link MaxLength#UNLIMITED} nothing is cut, and a row longer than the
 *     model's positions is an error
 * @param truncation what to do with longer rows
 * @param completionOnlyLoss whether the prompt is masked; null: yes, in rows that have a prompt
 * @param assistantOnlyLoss whether everything but assistant turns is masked; needs conversations
 * @param preferences what to do with preference pairs
 */
public record EncodingOptions(
        int maxLength,
        Truncation truncation,
        @Nullable Boolean completionOnlyLoss,
        boolean assistantOnlyLoss,
        Preferences preferences) {

    public EncodingOptions {
        if (maxLength < 2) {
            throw new InputError(
                    "max_length " + maxLength + " leaves no token to learn", "", "set max_length to 2 or more");
        }
    }

    /** Refuses preference pairs. */
    public EncodingOptions(
            int maxLength, Truncation truncation, @Nullable Boolean completionOnlyLoss, boolean assistantOnlyLoss) {
        this(maxLength, truncation, completionOnlyLoss, assistantOnlyLoss, Preferences.REFUSED);
    }

    /** Keeps the start of longer rows. */
    public EncodingOptions(int maxLength, @Nullable Boolean completionOnlyLoss, boolean assistantOnlyLoss) {
        this(maxLength, Truncation.KEEP_START, completionOnlyLoss, assistantOnlyLoss);
    }

    /** TRL's defaults, except for the length. */
    public static EncodingOptions ofLength(int maxLength) {
        return new EncodingOptions(maxLength, null, false);
    }

    boolean masksPrompt() {
        return completionOnlyLoss == null || completionOnlyLoss;
    }
}
