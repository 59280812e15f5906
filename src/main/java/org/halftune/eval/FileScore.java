package org.halftune.eval;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a model did on one file.
 *
 * @param rows how many rows, or windows of a text, were used
 * @param truncated how many of them lost their ends to {@code max_length}; counts for perplexity alone
 * @param tooLong where the rows stand that are left out of {@code exactMatch}: their prompts leave no position for an answer
 * @param perplexity null if not asked for
 * @param exactMatch null if not asked for, or if no row is a question
 */
public record FileScore(
        String file,
        int rows,
        int truncated,
        List<String> tooLong,
        @Nullable Perplexity perplexity,
        @Nullable ExactMatch exactMatch) {
    public FileScore {
        tooLong = List.copyOf(tooLong);
    }
}
