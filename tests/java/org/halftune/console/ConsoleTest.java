package org.halftune.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsoleTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private Terminal terminal(boolean interactive, int columns) {
        return new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                interactive,
                columns);
    }

    @Test
    void numbersAreRightAlignedAndWordsLeft() {
        var table = Table.of("", "FFT", "note").row("step", "812 ms", "long").row("loss", "1.4", "b");
        assertThat(table.render(80)).isEqualTo("""
                                 FFT  note
                        ──────────────────
                        step  812 ms  long
                        loss     1.4  b
                        """);
    }

    @Test
    void boundsAndApproximationsAreNumbers() {
        var table = Table.of("", "GB").row("FFT", "≥ 23.3").row("HFT", "9.7").row("mean", "≈ 16");
        assertThat(table.render(80)).isEqualTo("""
                          GB
                ────────────
                FFT   ≥ 23.3
                HFT      9.7
                mean    ≈ 16
                """);
    }

    @Test
    void wideTableCutsWordsNotNumbers() {
        var text = Table.of("name", "count")
                .row("model.layers.0.self_attn.q_proj.weight", "1234567")
                .line()
                .row("x", "-")
                .render(24);
        assertThat(text.lines()).allMatch(line -> line.length() <= 24);
        assertThat(text).contains("…", "1234567");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.00 KiB",
        "1048575, 1.00 MiB",
        "1572864, 1.50 MiB",
        "25125558681, 23.4 GiB",
        "-2048, -2.00 KiB"
    })
    void bytesHaveThreeDigits(long bytes, String expected) {
        assertThat(Amounts.bytes(bytes)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"950, 950", "1000, 1.00 k", "999999, 1.00 M", "4200000, 4.20 M", "135000000, 135 M", "1.1e9, 1.10 B"})
    void countsHaveThreeDigits(double count, String expected) {
        assertThat(Amounts.count(count)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT0.0000123S, 12.3 µs",
        "PT0.0123S, 12.3 ms",
        "PT0.9999S, 1.00 s",
        "PT4.56S, 4.56 s",
        "PT59.99S, 1m 00s",
        "PT83S, 1m 23s",
        "PT2H5M, 2h 05m",
        "PT76H, 3d 04h"
    })
    void durationsHaveReadableUnits(Duration duration, String expected) {
        assertThat(Amounts.duration(duration)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "2e-5, 2e-5",
        "1.5e-4, 1.5e-4",
        "1e-8, 1e-8",
        "0.0125, 0.0125",
        "0.5, 0.5",
        "1, 1",
        "1.43, 1.43",
        "100, 100",
        "1e10, 1e10",
        "0, 0",
        "NaN, NaN"
    })
    void numbersAreShort(double value, String expected) {
        assertThat(Amounts.number(value)).isEqualTo(expected);
    }

    @Test
    void onlyNotesAreWrittenWithoutATerminal() {
        try (var progress = new ProgressLine(terminal(false, 80), "train", true)) {
            progress.update(1, 10, "loss 2");
            progress.note("step 1 loss 2");
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("step 1 loss 2" + System.lineSeparator());
        assertThat(err.size()).isZero();
    }

    @Test
    void remainingTimeIsEstimatedFromTheStartOfThisRun() {
        var clock = new AtomicLong();
        var progress = new ProgressLine(terminal(true, 100), "train", true, clock::get);
        progress.update(500, 1000, "");
        clock.set(Duration.ofSeconds(50).toNanos());
        progress.update(600, 1000, "loss 1.43");
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("60%", "600/1,000", "50s < 3m 20s", "loss 1.43")
                .doesNotContain("\n");
        progress.close();
        assertThat(err.toString(StandardCharsets.UTF_8)).endsWith(System.lineSeparator());
    }

    @Test
    void progressLineIsNeverWiderThanTheTerminal() {
        var progress = new ProgressLine(terminal(true, 40), "train", true, () -> 0);
        progress.update(1, 2, "x".repeat(200));
        assertThat(err.toString(StandardCharsets.UTF_8).replace("\r\u001b[K", ""))
                .hasSize(39);
    }

    @Test
    void barIsShortenedInANarrowTerminal() {
        var details = "loss 1.4312  lr 2e-5";
        assertThat(progress(100, details)).contains("█".repeat(10) + " ".repeat(10), details);
        assertThat(progress(60, details)).contains("█", details).hasSizeLessThan(60);
        assertThat(progress(50, details)).doesNotContain("█").contains(details);
    }

    @Test
    void longLinesAreIndented() {
        var narrow = new HangingLines(terminal(true, 30), 10);
        narrow.println("memory    28.6 MiB: weights and activations");
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .containsExactly("memory    28.6 MiB: weights", "          and activations");
        out.reset();
        new HangingLines(terminal(false, 30), 10).println("memory    28.6 MiB: weights and activations");
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
    }

    @Test
    void lineIsErasedAfterTheTerminalWasNarrowed() {
        var columns = new AtomicInteger(100);
        var resized = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                true,
                columns::get);
        var progress = new ProgressLine(resized, "train", true, () -> 0);
        progress.update(1, 2, "x".repeat(200));
        columns.set(40);
        err.reset();
        progress.update(2, 2, "done");

        // 99 characters lie on three rows of 40: up two rows, and everything from there is erased.
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("\r\u001b[2A\u001b[Jtrain 100%")
                .hasSizeLessThan(55);
    }

    private String progress(int columns, String details) {
        err.reset();
        var progress = new ProgressLine(terminal(true, columns), "train", true, () -> 0);
        progress.update(5, 10, details);
        return err.toString(StandardCharsets.UTF_8).replace("\r\u001b[K", "");
    }

    @Test
    void launcherSetsTheTerminalWidth() {
        assertThat(Terminal.system(Map.of("HALFTUNE_COLUMNS", "120")))
                .matches(terminal -> terminal.interactive() && terminal.columns() == 120);
        assertThat(Terminal.system(Map.of()).interactive()).isFalse();
    }
}
