package org.halftune.eval;

import java.util.Optional;
import org.halftune.data.EncodingOptions;
import org.halftune.data.MaxLength;
import org.halftune.data.ModelLimits;
import org.halftune.data.Truncation;

/**
 * How rows are read for perplexity: the flags of these names in {@code halftune train}, whose evaluation loss the same values give.
 *
 * @param chatTemplate {@code --chat_template}: a file, or one of the model's templates by name; empty: the model's own
 * @param maxLength tokens of a row or window
 * @param truncation what becomes of a longer row
 * @param completionOnlyLoss empty: yes, in rows with a completion
 * @param assistantOnlyLoss whether only the assistant's turns count
 */
public record Reading(
        Optional<String> chatTemplate,
        MaxLength maxLength,
        Truncation truncation,
        Optional<Boolean> completionOnlyLoss,
        boolean assistantOnlyLoss) {

    /** Everything else at its default. */
    public static Reading ofLength(MaxLength maxLength) {
        return new Reading(Optional.empty(), maxLength, Truncation.KEEP_START, Optional.empty(), false);
    }

    /** @throws org.halftune.problem.InputError if {@code maxLength} was asked for and is more than the model's positions */
    EncodingOptions within(ModelLimits limits) {
        return new EncodingOptions(
                maxLength.kept(limits), truncation, completionOnlyLoss.orElse(null), assistantOnlyLoss);
    }
}
