package org.halftune.data;

import java.util.List;
import java.util.Set;

/**
 * What became of a row, and what happened on the way.
 *
 * @param rows what is trained on: one row, or several if a longer one is split. A row has one sequence, or one for each of
 *     its documents; sequences never see each other.
 * @param fullLength tokens before truncation
 * @param fullLabelled learnt tokens before truncation
 * @param sharedBoundary whether one token holds the prompt's end and the completion's beginning ({@link PromptBoundary}); it
 *     is learnt, but at generation the prompt's end will be another token
 * @param simplified whether content that is null or a list of parts was given to the template as text
 * @param ends ids that are learnt as an end: EOS, or the token that closes an assistant's turn
 * @param source the row itself
 */
public record EncodedRow(
        List<List<Example>> rows,
        int fullLength,
        int fullLabelled,
        boolean sharedBoundary,
        boolean simplified,
        Set<Integer> ends,
        PlacedRow source) {

    public EncodedRow {
        rows = List.copyOf(rows);
        ends = Set.copyOf(ends);
    }

    /** All sequences, in the row's order. */
    public List<Example> examples() {
        return rows.stream().flatMap(List::stream).toList();
    }

    /** Whether tokens were lost to truncation. */
    public boolean truncated() {
        return fullLength > examples().stream().mapToInt(Example::length).sum();
    }

    /** Whether the row became several. */
    public boolean split() {
        return rows.size() > 1;
    }
}
