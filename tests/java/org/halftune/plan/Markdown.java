package org.halftune.plan;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table in Markdown. */
final class Markdown {
    private final StringBuilder text = new StringBuilder();

    Markdown(String... header) {
        row((Object[]) header);
        row(IntStream.range(0, header.length)
                .mapToObj(i -> i == 0 ? "---" : "---:")
                .toArray());
    }

    void row(Object... cells) {
        text.append(Arrays.stream(cells).map(Object::toString).collect(Collectors.joining(" | ", "| ", " |\n")));
    }

    String text() {
        return text.toString();
    }
}
