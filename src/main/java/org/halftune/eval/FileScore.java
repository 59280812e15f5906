package org.halftune.eval;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The scores of a model on one file.
 *
 * @param rows number of rows or windows used
 * @param truncated number of rows truncated to {@code max_length}; affects perplexity only
 * @param tooLong locations of rows left out of {@code exactMatch} because the prompt leaves no position for an answer
 * @param perplexity null if not measured
 * @param exactMatch null if not measured, or if no row is a question
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
