package org.halftune.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExcerptsTest {
    @TempDir
    private Path folder;

    private Path source;

    @BeforeEach
    void writeSource() throws IOException {
        source = folder.resolve("Source.java");
        Files.writeString(source, "class Source {\n    void a() {\n        b();\n\n        c();\n    }\n}\n");
    }

    private String page(String marks, String text) {
        return "before\n\n<!-- " + source + " " + marks + " -->\n```java\n" + text + "```\n\nafter\n";
    }

    @Test
    void linesReplaceWhatWasThere() {
        assertThat(Excerpts.refreshed(page("from \"void a\" to \"    }\"", "old\n")))
                .isEqualTo(page("from \"void a\" to \"    }\"", "void a() {\n    b();\n\n    c();\n}\n"));
    }

    @Test
    void startAloneIsOneLine() {
        assertThat(Excerpts.refreshed(page("from \"c()\"", ""))).isEqualTo(page("from \"c()\"", "c();\n"));
    }

    @Test
    void missingLineIsAnError() {
        assertThatThrownBy(() -> Excerpts.refreshed(page("from \"d()\"", "")))
                .hasMessage(source + " has no line with: d()");
    }

    @Test
    void otherBlocksStay() {
        var page = "```java\nint x;\n```\n";
        assertThat(Excerpts.refreshed(page)).isEqualTo(page);
    }
}
