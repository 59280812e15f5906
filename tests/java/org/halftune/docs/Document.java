package org.halftune.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A page in Markdown of this repository.
 *
 * @param text the whole page
 */
record Document(Path path, String text) {
    private static final List<Path> FOLDERS =
            List.of(Path.of("docs"), Path.of("benchmarks"), Path.of("models"), Path.of("tests"));
    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");
    private static final Pattern LINK = Pattern.compile("(?s)\\[((?:[^\\[\\]]|\\[[^\\[\\]]*])*)]\\(([^()\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+)$");

    /** {@code [label](target)}. */
    record Link(String label, String target) {}

    static Document read(Path path) {
        try {
            return new Document(path, Files.readString(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** README.md and every page below it, without test resources. */
    static List<Document> all() throws IOException {
        var pages = new ArrayList<>(List.of(read(Path.of("README.md"))));
        for (var folder : FOLDERS) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> file.toString().endsWith(".md"))
                        .filter(file -> !file.startsWith("tests/resources"))
                        .sorted()
                        .map(Document::read)
                        .forEach(pages::add);
            }
        }
        return pages;
    }

    /** The page without its fenced blocks. */
    String prose() {
        return FENCED.matcher(text).replaceAll("");
    }

    /** All links of the prose, those of pictures too. */
    List<Link> links() {
        return LINK.matcher(prose())
                .results()
                .map(link -> new Link(link.group(1), link.group(2)))
                .toList();
    }

    /** What stands between single backticks in the prose. */
    List<String> code() {
        return CODE.matcher(prose()).results().map(code -> code.group(1)).toList();
    }

    /** The anchors of the headings, as GitHub makes them. */
    Set<String> anchors() {
        return HEADING.matcher(prose())
                .results()
                .map(heading -> heading.group(1)
                        .strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{N} _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
