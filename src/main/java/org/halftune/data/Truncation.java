package org.halftune.data;

import java.util.ArrayList;
import java.util.List;

/** What becomes of a row that is longer than {@code max_length} ({@code truncation_mode}). */
public enum Truncation {
    /** Its start is kept, as in TRL by default. */
    KEEP_START,
    /** Its end is kept, as in TRL. */
    KEEP_END,
    /** It becomes several rows, and no token is lost. */
    SPLIT;

    /** Tokens {@code from} (inclusive) to {@code to} (exclusive) of a row. */
    record Range(int from, int to) {}

    /** What is kept of {@code length} tokens, as ranges of at most {@code maxLength}. */
    List<Range> ranges(int length, int maxLength) {
        if (length <= maxLength) return List.of(new Range(0, length));
        return switch (this) {
            case KEEP_START -> List.of(new Range(0, maxLength));
            case KEEP_END -> List.of(new Range(length - maxLength, length));
            case SPLIT -> {
                var ranges = new ArrayList<Range>();
                for (int at = 0; at < length; at += maxLength) {
                    ranges.add(new Range(at, Math.min(length, at + maxLength)));
                }
                yield ranges;
            }
        };
    }
}
