package org.halftune.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Lines of the source in a page. A fenced block behind the comment
 *
 * <pre>{@code <!-- FILE from "START" to "END" -->}</pre>
 *
 * holds the lines of FILE from the first that contains START to the next that contains END, without their common indentation.
 * Without {@code to "END"} it is one line.
 */
final class Excerpts {
    private static final Pattern MARKED = Pattern.compile(
            "<!-- (?<file>\\S+) from \"(?<start>[^\"\n]+)\"(?: to \"(?<end>[^\"\n]+)\")? -->\n```(?<language>\\w*)\n(?<text>.*?)```\n",
            Pattern.DOTALL);

    /** More means that the marks are no longer close together. */
    private static final int MOST_LINES = 15;

    private Excerpts() {}

    /** The page with each excerpt as the source has it now. */
    static String refreshed(String page) {
        return MARKED.matcher(page).replaceAll(marked -> {
            var m = (Matcher) marked;
            var head = m.group().substring(0, m.start("text") - m.start());
            return Matcher.quoteReplacement(head + lines(m.group("file"), m.group("start"), m.group("end")) + "```\n");
        });
    }

    private static String lines(String file, String start, String end) {
        var lines = read(file);
        int from = find(lines, 0, start, file);
        int to = end == null ? from : find(lines, from, end, file);
        var excerpt = lines.subList(from, to + 1);
        if (excerpt.size() > MOST_LINES) throw new AssertionError(file + " from " + start + " is too long to quote");
        int indentation = excerpt.stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#")) // #pragma has none
                .mapToInt(Excerpts::indentation)
                .min()
                .orElse(0);
        return excerpt.stream()
                .map(line -> line.substring(Math.min(indentation, indentation(line))) + "\n")
                .collect(Collectors.joining());
    }

    private static int indentation(String line) {
        return line.length() - line.stripLeading().length();
    }

    private static int find(List<String> lines, int from, String text, String file) {
        for (int i = from; i < lines.size(); i++) {
            if (lines.get(i).contains(text)) return i;
        }
        throw new AssertionError(file + " has no line with: " + text);
    }

    private static List<String> read(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            throw new AssertionError("quoted file is missing: " + file, e);
        }
    }
}
