package org.halftune.generate;

import java.util.List;
import java.util.function.Consumer;

/**
 * Passes text on until it contains a stop string, which may span several pieces. A possible start of a stop string is
 * held back until it is decided.
 */
final class StopText {
    private final List<String> stops;
    private final Consumer<String> sink;
    private final StringBuilder held = new StringBuilder();
    private boolean found;

    /** @param stops stop strings, not empty */
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

    /** Whether a stop string was found. Then no more text is passed on. */
    boolean found() {
        return found;
    }

    /** Ends the text and passes on what was held back. */
    void end() {
        if (!found) pass(held.length());
    }

    private void pass(int length) {
        if (length > 0) sink.accept(held.substring(0, length));
        held.delete(0, length);
    }

    /** Length of the longest suffix of the held text that is a prefix of a stop string. */
    private int unfinished() {
        int longest = stops.stream().mapToInt(String::length).max().orElse(1) - 1;
        for (int length = Math.min(longest, held.length()); length > 0; length--) {
            String end = held.substring(held.length() - length);
            if (stops.stream().anyMatch(stop -> stop.startsWith(end))) return length;
        }
        return 0;
    }
}
