package org.halftune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.halftune.console.Terminal;
import org.junit.jupiter.api.Test;

class CompareConsoleTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Terminal terminal =
            new Terminal(System.out, new PrintStream(err, true, StandardCharsets.UTF_8), true, 80);

    private String printed() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void errorWhileScoringStartsOnANewLine() {
        try (var console = new CompareConsole(terminal, true)) {
            console.scoring("FFT, questions", 1, 10);
            assertThat(printed()).contains("score");
        }
        assertThat(printed()).endsWith("\r\u001b[K");
    }

    @Test
    void deviceIsShownIfOnlyTimesAreMeasured() {
        try (var console = new CompareConsole(terminal, true)) {
            console.beforeWork().add("taken: the CPU");
            assertThat(printed()).isEmpty();
            console.begins();
        }
        assertThat(printed()).contains("taken: the CPU");
    }
}
