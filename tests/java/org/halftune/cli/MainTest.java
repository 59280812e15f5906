package org.halftune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.halftune.console.Terminal;
import org.halftune.problem.DiskFailure;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

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

    @Test
    void helpIsPrintedWithoutArguments() {
        assertThat(run()).isZero();
        assertThat(out())
                .contains(
                        "2404.18466",
                        "compare",
                        "train",
                        "data",
                        "eval",
                        "generate",
                        "apply",
                        "reset",
                        "plan",
                        "select",
                        "inspect",
                        "doctor");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "compare",
                "train",
                "data",
                "eval",
                "generate",
                "apply",
                "reset",
                "plan",
                "select",
                "inspect",
                "doctor"
            })
    void everyCommandHasHelp(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out()).startsWith("halftune " + command + ": ").contains("--config FILE");
        assertThat(out().lines()).allMatch(line -> line.length() <= 125);
        assertThat(err()).isEmpty();
    }

    @Test
    void helpShowsDefaults() {
        run("help", "train");
        assertThat(out()).containsPattern("--learning_rate X +peak learning rate \\[2e-5]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "trian | unknown command trian | did you mean train?",
                "--seed 3 | the command is missing before --seed | start with one of",
                "train --learning_rat 3 | unknown flag --learning_rat | did you mean --learning_rate?",
                "train | --model_name_or_path is missing | name a model folder",
                "train --device gpu | --device gpu is not possible | choose from auto, cpu, cuda",
                "train --dtype float16 | --dtype float16 is not possible | float32 (the CPU)",
                "train --report_to wandb | --report_to wandb is not possible | metrics.jsonl",
                "train --config none.yaml | the recipe none.yaml does not exist | check the path",
                "inspect /no/such/folder | folder | check the path",
                "generate m | --prompt is missing | give a text",
                "generate m --prompt x --top_p 0 | top_p 0.0 is out of range | above 0",
                "eval m | --task or --eval_file is missing | name a task"
            })
    void badInputIsExplainedAndEndsWithTwo(String line, String what, String fix) {
        assertThat(run(line.split(" ", -1))).isEqualTo(2);
        assertThat(err()).startsWith("halftune: ").contains(what, fix);
        assertThat(out()).isEmpty();
    }

    @Test
    void failuresHaveExitCodes() {
        var stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        assertThat(Failures.report(new IllegalStateException("x"), stream, false))
                .isEqualTo(1);
        assertThat(Failures.report(new OutOfMemoryError("x"), stream, false)).isEqualTo(1);
        assertThat(Failures.report(new InterruptedException(), stream, false)).isEqualTo(130);
        assertThat(Failures.report(new IOException("No space left on device"), stream, false))
                .isEqualTo(1);
        assertThat(Failures.report(new DiskFailure("full", "here", "free some"), stream, false))
                .isEqualTo(1);
        assertThat(Failures.report(new RuntimeException(new InputError("a", "b", "c")), stream, false))
                .isEqualTo(2);
        assertThat(Failures.report(new NoSuchFileException("here"), stream, false))
                .isEqualTo(2);
        assertThat(err())
                .contains("the Java heap is full", "interrupted", "No space left on the device", "no such file");
        assertThat(err()).doesNotContain("\tat ");
    }

    @Test
    void debugShowsTheStackTrace() {
        assertThat(run("train", "--debug")).isEqualTo(2);
        assertThat(err()).contains("\tat org.halftune.");
    }
}
