package org.halftune.data;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Counts by kind of row, and what was found in the rows.
 *
 * @param formats number of rows of each format, {@code messages → 12}
 * @param unused columns that are not used, in order of appearance
 * @param ends end tokens of texts or turns that are trained on
 * @param simplified rows whose content, null or a list of parts, was passed to the template as a plain string
 * @param blankAnswers pairs of which an answer is blank
 * @param conversations rows rendered by the chat template
 * @param prompts rows with a prompt
 * @param sequences kept sequences; the first token of each has no loss
 */
public record RowNotes(
        SortedMap<String, Integer> formats,
        List<String> unused,
        SortedSet<Integer> ends,
        int simplified,
        int blankAnswers,
        int conversations,
        int prompts,
        long sequences) {
    /** For no rows. */
    public static final RowNotes NONE = new RowNotes(new TreeMap<>(), List.of(), new TreeSet<>(), 0, 0, 0, 0, 0);

    public RowNotes {
        formats = Collections.unmodifiableSortedMap(new TreeMap<>(formats));
        unused = List.copyOf(unused);
        ends = Collections.unmodifiableSortedSet(new TreeSet<>(ends));
    }

    /** {@code messages}, or for several formats {@code messages (12); text (3)}. */
    public String format() {
        if (formats.size() == 1) return formats.firstKey();
        return formats.entrySet().stream()
                .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                .collect(Collectors.joining("; "));
    }
}
