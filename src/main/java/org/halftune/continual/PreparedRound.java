package org.halftune.continual;

import org.halftune.hft.Selection;

/**
 * A round whose files are read and checked.
 *
 * @param stage gives its rows again when the round begins
 * @param rows of its task in an epoch
 * @param replayed rows of earlier tasks in an epoch
 * @param tokens of the whole round
 * @param memory device bytes of the training
 */
public record PreparedRound(
        TaskRound round,
        RoundStage stage,
        TaskTest test,
        Selection selection,
        int rows,
        int replayed,
        int steps,
        long tokens,
        long memory) {}
