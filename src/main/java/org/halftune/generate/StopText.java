package org.halftune.generate;

import java.util.List;
import java.util.function.Consumer;

/**
 * Passes a text on until one of the stop strings stands in it, wherever tokens begin and end. What may be the beginning of one
 * is held back until it is known.
 */
final class StopText {
    private final List<String> stops;
    private final Consumer<String> sink;
    private final StringBuilder held = new StringBuilder();
    private boolean found;

    /** @param stops none of them empty */
    StopText(List<String> stops, Consumer<String> sink) {
        this.stops = List.copyOf(stops);
        this.sink = sink;
    }

    void accept(String piece) {
        if (found) return;
        held.append(piece);
        int end = stops.stream()
                .mapToInt(held::indexOf)
                .filter(at -> at >= 0)
                .min()
                .orElse(-1);
        found = end >= 0;
        pass(found ? end : held.length() - unfinished());
    }

    /** Whether a stop string was found: nothing is passed on any more. */
    boolean found() {
        return found;
    }

    /** The text is whole: what was held back is no stop string. */
    void end() {
        if (!found) pass(held.length());
    }

    private void pass(int length) {
        if (length > 0) sink.accept(held.substring(0, length));
        held.delete(0, length);
    }

    /** Length of the longest end of the held text with which a stop string begins. */
    private int unfinished() {
        int longest = stops.stream().mapToInt(String::length).max().orElse(1) - 1;
        for (int length = Math.min(longest, held.length()); length > 0; length--) {
            String end = held.substring(held.length() - length);
            if (stops.stream().anyMatch(stop -> stop.startsWith(end))) return length;
        }
        return 0;
    }
}
