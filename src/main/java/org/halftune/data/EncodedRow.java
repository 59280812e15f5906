package org.halftune.data;

import java.util.List;
import java.util.Set;

/**
 * A row as token ids and labels.
 *
 * @param rows one row, or several if the source row was split. A row has one sequence, or one for each of its
 *     documents; sequences do not attend to each other.
 * @param fullLength tokens before truncation
 * @param fullLabelled labelled tokens before truncation
 * @param sharedBoundary whether one token spans the end of the prompt and the start of the completion ({@link
 *     PromptBoundary}). It is trained on, but at generation the prompt will end with a different token.
 * @param simplified whether content that is null or a list of parts was passed to the template as a plain string
 * @param ends end tokens that are trained on: EOS, or the token that closes an assistant turn
 * @param source the row as read
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

    /** All sequences, in order. */
    public List<Example> examples() {
        return rows.stream().flatMap(List::stream).toList();
    }

    /** Whether tokens were lost to truncation. */
    public boolean truncated() {
        return fullLength > examples().stream().mapToInt(Example::length).sum();
    }

    /** Whether the row was split into several. */
    public boolean split() {
        return rows.size() > 1;
    }
}
