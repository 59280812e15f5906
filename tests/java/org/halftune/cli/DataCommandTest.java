package org.halftune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.halftune.SharedFolder;
import org.halftune.console.Terminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code halftune data}: what is printed of rows, and what is refused. */
class DataCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    @Test
    void countsLengthsAndRowsWithTheirMaskAreShown() throws IOException {
        assertThat(data("""
                {"prompt": "Once upon a time", "completion": " there was a girl.", "id": 1}
                {"prompt": "Tom\\t", "completion": " ran.", "lang": "en"}
                """)).isZero();
        assertThat(out())
                .contains(
                        "rows      2\n",
                        "format    prompt, completion\n",
                        "loss on   completions\n",
                        "columns not used: id, lang",
                        "tokens per row",
                        "rows.jsonl, line 1: ",
                        "<s> Once upon a time⟦ there was a girl.</s>⟧",
                        "Tom→⟦ ran.</s>⟧")
                .doesNotContain("template", "\u001b");
    }

    @Test
    void shortenedSplitAndEmptyRowsAreReported() throws IOException {
        String row = "{\"text\": \"" + "Once upon a time. ".repeat(20) + "\"}\n";
        assertThat(data(row + "{\"input_ids\": [5, 6], \"labels\": [5, -100]}", "--max_length", "32"))
                .isZero();
        assertThat(out())
                .contains("1 of 2 rows is longer than max_length 32 and was cut", "1 of 2 rows was left out: no token")
                .contains(", shortened to 32 tokens", "left out: no token to train on");
        out.reset();
        assertThat(data(row, "--max_length", "32", "--truncation_mode", "split", "--show", "1"))
                .isZero();
        assertThat(out()).contains("1 of 1 row is longer than max_length 32 and was split", ", split into ");
    }

    @Test
    void flagsThatOnlyTrainingAppliesAreNamed() throws IOException {
        assertThat(data("{\"text\": \"Once\"}\n{\"text\": \"Tom\"}\n", "--val_size", "1"))
                .isZero();
        assertThat(out()).contains("all rows are counted; only training applies val_size", "rows      2\n");
    }

    @Test
    void pageEscapesRowsAndMarksTrainedTokens() throws IOException {
        Path page = folder.resolve("rows.html");
        assertThat(data("{\"prompt\": \"<b>\", \"completion\": \" & c\"}", "--html", page.toString()))
                .isZero();
        assertThat(page).content().contains("&lt;", "&amp;", "<mark", "title=").doesNotContain("<b>", "<script");
        assertThat(out()).endsWith("wrote " + page + "\n");
    }

    @Test
    void severalFilesAreReadTogether() throws IOException {
        Path more = Files.writeString(folder.resolve("more.jsonl"), "{\"text\": \"Tom ran.\"}");
        assertThat(run("data", more.toString(), more.toString(), "--model_name_or_path", model(), "--show", "0"))
                .isZero();
        assertThat(out()).contains("rows      2\n", "format    text\n");
    }

    @Test
    void rowsThatTrainingRefusesAreRefused() throws IOException {
        assertThat(data("{\"prompt\": \"p\", \"chosen\": \"a\"}")).isEqualTo(2);
        assertThat(err()).contains("rejected", "line 1");
        assertThat(data("{\"text\": \"a\"}", "--show", "-1")).isEqualTo(2);
        assertThat(run("data", "--model_name_or_path", model())).isEqualTo(2);
        assertThat(err()).contains("--train_file");
    }

    private int data(String rows, String... more) throws IOException {
        Path file = Files.writeString(folder.resolve("rows.jsonl"), rows);
        var words = new ArrayList<>(List.of("data", file.toString(), "--model_name_or_path", model()));
        words.addAll(List.of(more));
        return run(words.toArray(String[]::new));
    }

    private static String model() {
        return SharedFolder.require("models/stories260K").toString();
    }

    private int run(String... words) {
        var terminal = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                100);
        return Main.run(List.of(words), terminal, false);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
