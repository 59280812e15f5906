package org.halftune.data;

import java.util.ArrayList;
import java.util.List;

/** What to do with a row that is longer than {@code max_length} ({@code truncation_mode}). */
public enum Truncation {
    /** Keep the start: TRL's default. */
    KEEP_START,
    /** Keep the end, as in TRL. */
    KEEP_END,
    /** Split into several rows; no token is lost. */
    SPLIT;

    /** Tokens {@code from} (inclusive) to {@code to} (exclusive) of a row. */
    record Range(int from, int to) {}

    /** The ranges that are kept of {@code length} tokens, each at most {@code maxLength} long. */
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
