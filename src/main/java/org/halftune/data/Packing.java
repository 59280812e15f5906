package org.halftune.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Fills rows of at most {@code maxLength} tokens with whole examples: best fit decreasing (TRL's {@code bfd}; Ding et al.
 * 2024, Fewer Truncations Improve Language Modeling, arXiv 2404.10830). Longest first, each goes where least room stays.
 *
 * <p>Examples stay separate sequences within a row, so none attends to another and each begins at position 0: a batch
 * without padding needs no more than their lengths. The result depends on the lengths and their order alone. O(n log n).
 */
final class Packing {

    private Packing() {}

    /**
     * @param examples each at most {@code maxLength} long
     * @return every example once; rows in the order in which they were begun
     */
    static List<List<Example>> pack(List<Example> examples, int maxLength) {
        int[] order = IntStream.range(0, examples.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> -examples.get(i).length())) // stable: ties keep the data's order
                .mapToInt(Integer::intValue)
                .toArray();
        var rows = new ArrayList<List<Example>>();
        var rowsByRoom = new TreeMap<Integer, Deque<List<Example>>>();
        for (int i : order) {
            Example example = examples.get(i);
            if (example.length() > maxLength) throw new IllegalArgumentException(example.length() + " > " + maxLength);
            var fitting = rowsByRoom.ceilingEntry(example.length());
            List<Example> row;
            int room = maxLength;
            if (fitting == null) {
                row = new ArrayList<>();
                rows.add(row);
            } else {
                room = fitting.getKey();
                row = fitting.getValue().removeFirst();
                if (fitting.getValue().isEmpty()) rowsByRoom.remove(room);
            }
            row.add(example);
            int left = room - example.length();
            if (left > 0)
                rowsByRoom.computeIfAbsent(left, _ -> new ArrayDeque<>()).addLast(row);
        }
        return rows;
    }
}
