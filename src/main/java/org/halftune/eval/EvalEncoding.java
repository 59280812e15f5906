package org.halftune.eval;

import java.util.Optional;
import org.halftune.data.EncodingOptions;
import org.halftune.data.MaxLength;
import org.halftune.data.ModelLimits;
import org.halftune.data.Truncation;

/**
 * How rows are encoded for perplexity. These are the flags of {@code halftune train}: the same values give the same
 * evaluation loss.
 *
 * @param chatTemplate {@code --chat_template}: a file, or the name of one of the model's templates; empty: the model's
 *     default
 * @param maxLength maximum length of a row or window
 * @param truncation what to do with longer rows
 * @param completionOnlyLoss empty: yes, in rows with a completion
 * @param assistantOnlyLoss whether only assistant turns count
 */
public record EvalEncoding(
        Optional<String> chatTemplate,
        MaxLength maxLength,
        Truncation truncation,
        Optional<Boolean> completionOnlyLoss,
        boolean assistantOnlyLoss) {

    /** @throws org.halftune.problem.InputError if a given {@code maxLength} exceeds the model's positions */
    public EncodingOptions within(ModelLimits limits) {
        return new EncodingOptions(
                maxLength.kept(limits), truncation, completionOnlyLoss.orElse(null), assistantOnlyLoss);
    }
}
