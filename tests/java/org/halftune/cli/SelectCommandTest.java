package org.halftune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.halftune.console.Terminal;
import org.halftune.hft.SelectionFile;
import org.halftune.tensor.DType;
import org.halftune.train.TestRuns;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelectCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void write() {
        model = TestRuns.model(folder.resolve("model"), DType.F32, 7);
    }

    private int run(String... words) {
        var terminal = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                100);
        return Main.run(Arrays.asList(words), terminal, false);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void headlineNamesHowTheParametersWereSelected() {
        assertThat(run("select", model.toString(), "--hft_ratio", "attention=0.25,norm=0"))
                .isZero();
        assertThat(out()).startsWith("hft, category attention=0.25,feed_forward=0.5,norm=0, seed 42, round 0");
        out.reset();
        assertThat(run("select", model.toString(), "--train", "layers.[01].mlp", "q_proj"))
                .isZero();
        assertThat(out()).startsWith("hft, parameters that match layers.[01].mlp, q_proj");
        out.reset();
        assertThat(run("select", model.toString(), "--hft_strategy", "upper", "--hft_ratio", "0.3"))
                .isZero();
        assertThat(out())
                .startsWith("hft, upper 0.3")
                .contains("layer 1   . . . .   .    .  .      .  .\nlayer 2   q k v o   gate up down   in post");
    }

    @Test
    void importanceIsScoredAsInARunAndRepeatsItself() throws IOException {
        var source = TestRuns.rows(folder.resolve("source.jsonl"), 10, 2).toString();
        for (var output : new String[] {"a", "b"}) {
            assertThat(run(
                            "select",
                            model.toString(),
                            "--hft_strategy",
                            "importance",
                            "--importance_file",
                            source,
                            "--device",
                            "cpu",
                            "--output_dir",
                            folder.resolve(output).toString()))
                    .as(err.toString(StandardCharsets.UTF_8))
                    .isZero();
        }
        assertThat(out()).startsWith("hft, importance 0.5, least important to 10 rows of source.jsonl");
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("scoring all matrices on 10 rows");
        assertThat(Files.mismatch(folder.resolve("a/selection.json"), folder.resolve("b/selection.json")))
                .isEqualTo(-1);
        var selection = SelectionFile.read(folder.resolve("a/selection.json"), TestRuns.config(DType.F32));
        assertThat(selection.count().matricesTrainable()).isEqualTo(16); // 6 of 12, 5 of 9, 3 of 6, two outside
    }

    @Test
    void planOfImportanceReadsNoRows() {
        var importance = Stream.of(
                "plan",
                model.toString(),
                "--device",
                "cpu",
                "--hft_strategy",
                "importance",
                "--importance_file",
                "absent");
        assertThat(run(importance.toArray(String[]::new)))
                .as(err.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(out()).contains("A plan does not score the matrices");
    }
}
