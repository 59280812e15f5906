package org.halftune.report.html;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A self-contained HTML document with Halftune's style sheet and without scripts. */
public final class Page {
    private Page() {}

    /** The whole document. */
    public static String of(String title, Element main) {
        var head = Element.of("head")
                .add(
                        Element.of("meta", "charset", "utf-8"),
                        Element.of("meta", "name", "viewport", "content", "width=device-width, initial-scale=1"),
                        Element.of("meta", "name", "color-scheme", "content", "light dark"),
                        Element.of("title").text(title),
                        Element.of("style").verbatim(style()));
        var page = Element.of("html", "lang", "en").add(head, Element.of("body").add(main));
        return "<!DOCTYPE html>\n" + page;
    }

    private static String style() {
        try (var sheet = Objects.requireNonNull(Page.class.getResourceAsStream("report.css"), "report.css")) {
            return new String(sheet.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
