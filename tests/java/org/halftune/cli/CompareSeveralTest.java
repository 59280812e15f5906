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
import org.halftune.TinyModel;
import org.halftune.console.Terminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code halftune compare} with several methods: a study of one task. */
class CompareSeveralTest {
    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int compare(String... more) throws IOException {
        TinyModel.write(folder.resolve("model"));
        Files.writeString(folder.resolve("rows.jsonl"), "{\"prompt\": \"What is it?\", \"completion\": \" red\"}\n");
        String rows = folder.resolve("rows.jsonl").toString();
        var words = new ArrayList<>(List.of(
                "compare", "--model_name_or_path", folder.resolve("model").toString()));
        words.addAll(List.of("--train_file", rows, "--eval_file", rows, "--knowledge_file", rows));
        words.addAll(List.of("--method", "fft", "hft", "hft:upper", "--max_steps", "1", "--learning_rate", "1e-4"));
        words.addAll(List.of("--output_dir", folder.resolve("out").toString()));
        words.addAll(List.of(more));
        var terminal = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                100);
        return Main.run(words, terminal, false);
    }

    @Test
    void methodsAreCompared() throws IOException {
        assertThat(compare()).as(err.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("FFT", "HFT", "upper");
        assertThat(folder.resolve("out/report.html")).exists();
    }

    @Test
    void flagWithoutEffectIsRefused() throws IOException {
        assertThat(compare("--per_device_eval_batch_size", "4")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--per_device_eval_batch_size has no effect");
    }
}
