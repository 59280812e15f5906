package org.halftune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.halftune.Fixtures;
import org.halftune.TinyModel;
import org.halftune.console.Terminal;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is wrong with the input: exit code 2, one message that says what, where and how to fix it, no stack trace, and
 * not a file more or less than before. A case damages a folder, runs a command there, and looks.
 */
abstract class BadInput {
    static final String TRAIN = "train --model_name_or_path {}/model --train_file {}/rows.jsonl --output_dir {}/out ";
    static final String QUERY = "model.layers.%d.self_attn.q_proj.weight";
    static final String GOOD_ROWS = "{\"input_ids\": [5, 6, 7], \"labels\": [5, 6, 7]}\n";

    @TempDir
    Path temporary;

    final List<DynamicTest> tests = new ArrayList<>();
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** What a case does to its folder, in which {@code model} and {@code rows.jsonl} lie, both fine. */
    @FunctionalInterface
    interface Damage {
        void to(Path folder) throws IOException;
    }

    void model(String name, Damage damage, String... expected) {
        train(name, damage, "", expected);
        bad(name + " (inspect)", damage, "inspect {}/model", expected);
    }

    void rows(String name, String content, String... expected) {
        train(name, folder -> write(folder, content), "", expected);
    }

    void selection(String name, String content, String... expected) {
        train(
                name,
                folder -> Files.writeString(folder.resolve("selection.json"), content),
                "--selection {}/selection.json",
                expected);
    }

    void recipe(String name, String content, String... expected) {
        train(
                name,
                folder -> Files.writeString(folder.resolve("recipe.yaml"), content + "\n"),
                "--config {}/recipe.yaml",
                expected);
    }

    void flag(String name, String words, String... expected) {
        train(name, _ -> {}, words, expected);
    }

    void train(String name, Damage damage, String words, String... expected) {
        bad(name, damage, TRAIN + words, expected);
    }

    /** @param line the command's words; {@code {}} stands for the case's folder */
    void bad(String name, Damage damage, String line, String... expected) {
        var folder = temporary.resolve("case-" + tests.size());
        tests.add(dynamicTest(name, () -> {
            Fixtures.copyModel("mha-untied", folder.resolve("model"));
            TinyModel.write(folder.resolve("text-model"));
            write(folder, GOOD_ROWS);
            damage.to(folder);
            var before = contents(folder);

            int code = run(line, folder);

            var message = err.toString(StandardCharsets.UTF_8);
            assertThat(code).as(message).isEqualTo(2);
            assertThat(message).startsWith("halftune: ").contains(expected).doesNotContain("Exception", "at org.");
            assertThat(message).containsPattern("(?m)^  fix  \\S");
            if (!message.startsWith("halftune: --") && !message.startsWith("halftune: unknown flag")) {
                assertThat(message).containsPattern("(?m)^  in   \\S");
            }
            assertThat(contents(folder)).as("files before and after").isEqualTo(before);
            DamagedFiles.remove(folder);
        }));
    }

    int run(String line, Path folder) {
        out.reset();
        err.reset();
        var words = Arrays.stream(line.strip().split(" +"))
                .map(word -> word.replace("{}", folder.toString()))
                .toList();
        return Main.run(words, new Terminal(stream(out), stream(err), false, 100), false);
    }

    static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    /** All files and folders with their sizes. */
    static Map<String, Long> contents(Path folder) throws IOException {
        var contents = new TreeMap<String, Long>();
        try (var files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                contents.put(folder.relativize(file).toString(), Files.isDirectory(file) ? -1 : Files.size(file));
            }
        }
        return contents;
    }

    static void write(Path folder, String rows) {
        try {
            Files.writeString(folder.resolve("rows.jsonl"), rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String row(int id) {
        return "{\"input_ids\": [5, %1$d], \"labels\": [5, 5]}\n".formatted(id);
    }
}
