package org.halftune.data;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What was found in the rows.
 *
 * @param forms the forms they have and how often, {@code messages → 12}
 * @param unused columns that were not read, in the order they appeared
 * @param ends ids that are learnt as an end of text or turn
 * @param simplified rows whose content, null or a list of parts, was given to the template as text
 * @param conversations rows that the chat template writes
 * @param prompts rows with a prompt
 * @param sequences sequences that are kept; the first token of each has nothing before it that could predict it
 */
public record RowNotes(
        SortedMap<String, Integer> forms,
        List<String> unused,
        SortedSet<Integer> ends,
        int simplified,
        int conversations,
        int prompts,
        long sequences) {
    /** Of no rows. */
    public static final RowNotes NONE = new RowNotes(new TreeMap<>(), List.of(), new TreeSet<>(), 0, 0, 0, 0);

    public RowNotes {
        forms = Collections.unmodifiableSortedMap(new TreeMap<>(forms));
        unused = List.copyOf(unused);
        ends = Collections.unmodifiableSortedSet(new TreeSet<>(ends));
    }

    /** {@code messages}, or with several forms {@code messages (12); text (3)}. */
    public String form() {
        if (forms.size() == 1) return forms.firstKey();
        return forms.entrySet().stream()
                .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                .collect(Collectors.joining("; "));
    }
}
