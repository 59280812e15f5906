package org.halftune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.halftune.Fixtures;
import org.halftune.TinyModel;
import org.halftune.console.Terminal;
import org.halftune.model.ParameterSpec;
import org.halftune.pretrained.ConfigFile;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is wrong with the input: exit code 2, one message that says what, where and how to fix it, no stack trace, and
 * not a file more or less than before.
 */
class BadInputTest {
    private static final String TRAIN =
            "train --model_name_or_path {}/model --train_file {}/rows.jsonl --output_dir {}/out ";
    private static final String Q = "model.layers.%d.self_attn.q_proj.weight";
    private static final String GOOD_ROWS = "{\"input_ids\": [5, 6, 7], \"labels\": [5, 6, 7]}\n";

    @TempDir
    Path temporary;

    private final List<DynamicTest> tests = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** What a case does to its folder, in which {@code model} and {@code rows.jsonl} lie, both fine. */
    @FunctionalInterface
    private interface Damage {
        void to(Path folder) throws IOException;
    }

    @TestFactory
    Stream<DynamicTest> missingFilesAndFolders() {
        Damage none = _ -> {};
        bad(
                "no such model",
                none,
                "train --model_name_or_path {}/nowhere --train_file {}/rows.jsonl --output_dir {}/out",
                "nowhere");
        bad("no such model to inspect", none, "inspect {}/nowhere", "does not exist", "nowhere");
        bad(
                "no such model to evaluate",
                none,
                "eval {}/nowhere --eval_file {}/rows.jsonl",
                "does not exist",
                "nowhere");
        bad("no such model to continue", none, "generate {}/nowhere --prompt x", "does not exist", "nowhere");
        bad(
                "no such model to evaluate into a folder",
                none,
                "eval {}/nowhere --eval_file {}/rows.jsonl --output_dir {}/out",
                "nowhere");
        bad("no such model to select from", none, "select {}/nowhere", "nowhere");
        bad("a file for a model", none, "inspect {}/rows.jsonl", "is a file", "rows.jsonl");
        train("no such rows", none, "--train_file {}/none.jsonl", "there is no such data file", "none.jsonl");
        train("a folder for rows", none, "--train_file {}", "this is a folder");
        train("no such evaluation rows", none, "--eval_file {}/none.jsonl --eval_strategy epoch", "none.jsonl");
        train("no such selection", none, "--selection {}/none.json", "none.json");
        train("no such checkpoint", none, "--resume_from_checkpoint {}/checkpoint-7", "checkpoint-7");
        train("no checkpoint at all", none, "--resume_from_checkpoint true", "no complete checkpoint");
        bad("no such rows to evaluate", none, "eval {}/text-model --eval_file {}/none.jsonl", "none.jsonl");
        bad("no such prompts", none, "generate {}/text-model --prompt_file {}/none.txt", "no such file", "none.txt");
        train("no config.json", folder -> Files.delete(folder.resolve("model/config.json")), "", "config.json");
        train("no weights", folder -> Files.delete(weights(folder)), "", "model.safetensors");
        bad(
                "no tokenizer",
                folder -> Files.delete(folder.resolve("text-model/tokenizer.json")),
                "generate {}/text-model --prompt x",
                "tokenizer.json");
        train(
                "a shard is missing",
                folder -> {
                    remove(folder.resolve("model"));
                    Fixtures.copyModel("sharded", folder.resolve("model"));
                    Files.delete(folder.resolve("model/model-00002-of-00003.safetensors"));
                },
                "",
                "model-00002-of-00003.safetensors");
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> damagedWeights() {
        model("an empty file", folder -> Files.write(weights(folder), new byte[0]), "0 bytes");
        model("a truncated header", folder -> truncate(folder, 500), "header");
        model("truncated data", folder -> truncate(folder, Files.size(weights(folder)) - 4), "model.safetensors");
        model("bytes too many", folder -> extend(folder, 64), "model.safetensors");
        model("an oversized header", folder -> headerLength(folder, Long.MAX_VALUE), "header");
        model("a header longer than the file", folder -> headerLength(folder, 1L << 40), "header");
        model("no JSON in the header", folder -> header(folder, text -> text.replace('{', '(')), "header");
        model(
                "overlapping tensors",
                folder -> header(folder, text -> moved(text, Q.formatted(1), Q.formatted(0))),
                "overlap",
                "model.safetensors");
        model("a lying shape", folder -> header(folder, text -> text.replaceFirst("\\[64\\]", "[63]")), "bytes");
        model("a negative size", folder -> header(folder, text -> text.replaceFirst("\\[64\\]", "[-4]")), "-4");
        model("an unknown type", folder -> header(folder, text -> text.replaceFirst("\"F32\"", "\"F31\"")), "F31");
        model(
                "a missing tensor and an extra one",
                folder -> header(folder, text -> text.replaceFirst("q_proj", "x_proj")),
                "q_proj",
                "x_proj",
                "num_hidden_layers");
        model(
                "a misshapen tensor",
                folder -> config(folder, "\"intermediate_size\": 176", "\"intermediate_size\": 178"),
                "[176, 64]",
                "intermediate_size");
        train("NaN in the weights", folder -> lastFloat(folder, Float.NaN), "", "NaN");
        train("an infinite weight", folder -> lastFloat(folder, Float.NEGATIVE_INFINITY), "", "-Infinity");
        bad(
                "NaN in the weights of a model to continue",
                folder -> overwriteEnd(folder.resolve("text-model/model.safetensors"), new byte[] {(byte) 0xc0, 0x7f}),
                "generate {}/text-model --prompt x",
                "NaN",
                "model.safetensors");
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> badConfigurations() {
        model("no JSON", folder -> Files.writeString(folder.resolve("model/config.json"), "{\n\"a\": }"), "line 2");
        model("no object", folder -> Files.writeString(folder.resolve("model/config.json"), "[]"), "config.json");
        model("nothing in it", folder -> Files.writeString(folder.resolve("model/config.json"), "{}"), "config.json");
        model("another architecture", folder -> config(folder, "\"llama\"", "\"mistral\""), "mistral");
        model("a key of a wrong type", folder -> config(folder, ": 176", ": \"many\""), "intermediate_size");
        model("a negative size", folder -> config(folder, ": 176", ": -176"), "intermediate_size");
        model("a key is missing", folder -> config(folder, "hidden_size", "hiden_size"), "hidden_size");
        model("biases", folder -> config(folder, "\"mlp_bias\": false", "\"mlp_bias\": true"), "mlp_bias");
        model(
                "quantized weights",
                folder -> config(folder, "\"use_cache\"", "\"quantization_config\": {\"bits\": 4}, \"use_cache\""),
                "quantiz");
        model("heads that do not divide", folder -> config(folder, "heads\": 4", "heads\": 3"), "num_");
        bad(
                "a bad config.json to select from",
                folder -> config(folder, ": 176", ": 0"),
                "select {}/model --output_dir {}/out",
                "intermediate_size");
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> badRows() {
        rows("no JSON", "{\"input_ids\": [5, 6\n", "rows.jsonl, line 1");
        rows("nothing", "", "is empty", "rows.jsonl");
        rows("blank lines", "\n\n", "rows.jsonl");
        rows("an empty array", "[]", "no rows");
        rows("a number for a row", GOOD_ROWS + "7\n", "rows.jsonl, line 2");
        rows("no known field", GOOD_ROWS + "{\"words\": \"x\"}\n", "rows.jsonl, line 2", "words");
        rows("a text that is a number", GOOD_ROWS + "\n{\"text\": 7}\n", "rows.jsonl, line 3", "field text");
        rows("ids that are a text", "{\"input_ids\": \"5\", \"labels\": [5]}", "line 1, field input_ids");
        rows("an id that is a text", "{\"input_ids\": [5, \"6\"], \"labels\": [5, 6]}", "line 1, field input_ids[1]");
        rows("a fraction for an id", "{\"input_ids\": [5, 6.5], \"labels\": [5, 6]}", "line 1, field input_ids[1]");
        rows("more labels than ids", "{\"input_ids\": [5, 6], \"labels\": [5, 6, 7]}", "line 1", "labels");
        rows(
                "a message without content",
                "{\"messages\": [{\"role\": \"user\"}]}",
                "line 1, field messages[0].content");
        rows("an id beyond the vocabulary", row(320), "token id 320", "vocab_size 320", "line 1, field input_ids[1]");
        rows("a negative id", row(-1), "-1 is below 0", "line 1, field input_ids[1]");
        rows("a label beyond the vocabulary", "{\"input_ids\": [5, 6], \"labels\": [5, 400]}", "400", "labels[1]");
        rows("everything is masked", "{\"input_ids\": [5, 6], \"labels\": [-100, -100]}\n".repeat(3), "-100");
        rows(
                "single tokens, which predict nothing",
                "{\"input_ids\": [5], \"labels\": [5]}\n",
                "longer than one token");
        rows("text for a model without a tokenizer", "{\"text\": \"abc\"}\n", "tokenizer.json", "input_ids");
        train(
                "bytes that are no UTF-8",
                folder -> Files.write(folder.resolve("rows.jsonl"), new byte[] {'{', '"', (byte) 0xff, '"', '}'}),
                "",
                "UTF-8",
                "line 1");
        train("longer than the model's positions", _ -> {}, "--max_length 257", "257", "256 positions");
        bad(
                "everything is masked, evaluated",
                folder -> write(folder, "{\"input_ids\": [5, 6], \"labels\": [-100, -100]}\n"),
                "eval {}/text-model --eval_file {}/rows.jsonl",
                "no row has a token to predict");
        bad(
                "longer than the model's positions, evaluated",
                _ -> {},
                "eval {}/text-model --eval_file {}/rows.jsonl --max_length 65",
                "65",
                "64 positions");
        bad(
                "a prompt longer than the model's positions",
                folder -> Files.writeString(folder.resolve("long.txt"), "word ".repeat(80)),
                "generate {}/text-model --prompt_file {}/long.txt",
                "64 positions");
        bad(
                "a tokenizer with more ids than the model has embeddings",
                folder -> {
                    remove(folder.resolve("text-model"));
                    TinyModel.write(folder.resolve("text-model"), TinyModel.VOCABULARY - 1);
                },
                "train --model_name_or_path {}/text-model --train_file {}/rows.jsonl --output_dir {}/out",
                "2047",
                "tokenizer.json");
        bad(
                "a damaged tokenizer",
                folder -> Files.writeString(folder.resolve("text-model/tokenizer.json"), "{\"model\": {\"vocab\": "),
                "generate {}/text-model --prompt x",
                "tokenizer.json");
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> badSelections() {
        selection("no JSON", "{", "selection.json");
        selection("no names", "{}", "trainable");
        selection("nothing learns", "{\"trainable\": []}", "trainable");
        selection(
                "an unknown name",
                "{\"trainable\": [\"model.layers.0.mlp.gate_prj.weight\"]}",
                "gate_prj",
                "model.layers.0.mlp.gate_proj.weight");
        selection(
                "a name that stands twice",
                "{\"trainable\": [\"model.norm.weight\", \"model.norm.weight\"]}",
                "model.norm.weight");
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> badFlagsAndRecipes() {
        Damage none = _ -> {};
        flag("an unknown flag", "--learning_rte 1", "unknown flag --learning_rte", "did you mean --learning_rate?");
        flag("a flag of another library", "--lora_rank 8", "unknown flag --lora_rank");
        flag("a word for a number", "--max_steps many", "--max_steps many", "whole number");
        flag("a ratio above one", "--hft_ratio 1.5", "hft_ratio");
        flag("no value", "--seed", "--seed needs a value");
        flag("an unknown choice", "--method lora", "hft, fft");
        flag("no threads", "--threads 0", "threads");
        train("evaluation without rows", none, "--eval_strategy steps", "--eval_file");
        recipe(
                "an unknown key",
                "lerning_rate: 1",
                "unknown key lerning_rate",
                "recipe.yaml, line 1",
                "learning_rate?");
        recipe("a value that cannot be", "seed: 3\nmax_steps: many", "recipe.yaml, line 2", "whole number");
        recipe("no YAML", "a: [", "recipe.yaml");
        recipe("keys in keys", "training:\n  seed: 3", "recipe.yaml, line 1");
        recipe("a length that the model lacks", "max_length: 300", "recipe.yaml, line 1", "256 positions");
        bad("a sampling that cannot be", none, "generate {}/text-model --prompt x --temperature -1", "temperature");
        bad("no batch", none, "generate {}/text-model --prompt x --batch_size 0", "batch_size");
        bad("no batch to evaluate", none, "eval {}/text-model --eval_file {}/rows.jsonl --batch_size 0", "batch_size");
        bad("a negative limit", none, "eval {}/text-model --eval_file {}/rows.jsonl --limit -1", "limit");
        bad(
                "a metric that the rows do not allow",
                none,
                "eval {}/text-model --eval_file {}/rows.jsonl --metric exact_match",
                "exact_match");
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> badComparisons() {
        Damage none = _ -> {};
        var compare = "compare --model_name_or_path {}/text-model --output_dir {}/out --train_file {}/rows.jsonl ";
        bad("an unknown task", none, "compare --output_dir {}/out --task knitting", "--task knitting", "zumi");
        bad(
                "no rows of one's own",
                none,
                "compare --output_dir {}/out --model_name_or_path {}/text-model",
                "--train_file");
        bad(
                "no tokenizer",
                folder -> Files.delete(folder.resolve("text-model/tokenizer.json")),
                compare,
                "tokenizer.json");
        bad("no rows to score", none, compare + "--eval_file {}/none.jsonl", "none.jsonl");
        bad("no old knowledge", none, compare + "--knowledge_file {}/none.jsonl", "none.jsonl");
        bad("a length that the model lacks", none, compare + "--max_length 65", "64 positions");
        bad("figures into a file", folder -> Files.writeString(folder.resolve("out"), "mine"), compare, "is a file");
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> badOutputFolders() {
        train(
                "a folder that is not empty",
                folder -> Files.writeString(
                        Files.createDirectory(folder.resolve("out")).resolve("mine.txt"), "mine"),
                "",
                "not empty",
                "--overwrite_output_dir");
        train("a file for a folder", folder -> Files.writeString(folder.resolve("out"), "mine"), "", "is a file");
        train("a folder in a file", _ -> {}, "--output_dir {}/rows.jsonl/out", "rows.jsonl is a file");
        train("a file system that cannot be written", _ -> {}, "--output_dir /proc/halftune", "/proc/halftune");
        bad(
                "scores into a file",
                folder -> Files.writeString(folder.resolve("out"), "mine"),
                "eval {}/text-model --eval_file {}/rows.jsonl --output_dir {}/out",
                "out");
        bad(
                "a selection into a file",
                folder -> Files.writeString(folder.resolve("out"), "mine"),
                "select {}/model --output_dir {}/out",
                "out");
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> tooLittleMemory() {
        train(
                "activations that no machine holds",
                folder -> {
                    config(folder, ": 176", ": 1000000");
                    config(folder, "_layers\": 3", "_layers\": 1");
                    Files.writeString(
                            folder.resolve("rows.jsonl"),
                            "{\"input_ids\": %1$s, \"labels\": %1$s}\n"
                                    .formatted("[5" + ", 6".repeat(250) + "]")
                                    .repeat(2000));
                },
                "--from_scratch --per_device_train_batch_size 2000 --max_steps 1",
                "of memory",
                "activations",
                "--per_device_train_batch_size");
        bad(
                "weights that no machine holds",
                folder -> enlarge(folder.resolve("text-model")),
                "generate {}/text-model --prompt x",
                "the weights take 768",
                "of memory",
                "a model of at most");
        return tests.stream();
    }

    @Test
    void aRowLongerThanTheModelsPositionsIsCutWithAWordAboutIt() throws IOException {
        Fixtures.copyModel("mha-untied", temporary.resolve("model"));
        var ids = "[5" + ", 6".repeat(299) + "]";
        write(temporary, "{\"input_ids\": %1$s, \"labels\": %1$s}\n".formatted(ids) + GOOD_ROWS);
        int code = run(TRAIN + "--max_steps 1", temporary);
        assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("1 of 2 rows are longer than max_length 256; their ends were cut off");
    }

    /** The disk has room for the model, so the run begins, but not for a checkpoint with the optimizer's state. */
    @Test
    void aFullDiskLeavesNothingHalfWritten() throws Exception {
        var disk = Files.createDirectory(temporary.resolve("disk"));
        assumeThat(system("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()))
                .as("skipped: a small file system cannot be mounted here")
                .isZero();
        try {
            Fixtures.copyModel("mha-untied", temporary.resolve("model"));
            write(temporary, GOOD_ROWS);
            int code = run(TRAIN.replace("{}/out", disk + "/out") + "--max_steps 2 --save_steps 1", temporary);
            var message = err.toString(StandardCharsets.UTF_8);
            assertThat(code).as(message).isEqualTo(2);
            assertThat(message)
                    .startsWith("halftune: No space left on the device")
                    .contains("  in   " + disk, "  fix  free space");
            assertThat(contents(disk).keySet())
                    .allMatch(name -> name.matches("|out|out/(selection.json|metrics.jsonl)"));

            code = run(TRAIN.replace("{}/model", "{}/large").replace("{}/out", disk + "/new"), large(temporary));
            message = err.toString(StandardCharsets.UTF_8);
            assertThat(code).as(message).isEqualTo(2);
            assertThat(message).contains("No space left on the device: writing needs", "nothing was written");
            assertThat(disk.resolve("new")).doesNotExist();
        } finally {
            system("umount", disk.toString());
        }
    }

    /** A model that is larger than the small disk. */
    private static Path large(Path folder) {
        Fixtures.copyModel("gqa-tied", folder.resolve("large"));
        return folder;
    }

    private static int system(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
    }

    private void model(String name, Damage damage, String... expected) {
        train(name, damage, "", expected);
        bad(name + " (inspect)", damage, "inspect {}/model", expected);
    }

    private void rows(String name, String content, String... expected) {
        train(name, folder -> write(folder, content), "", expected);
    }

    private void selection(String name, String content, String... expected) {
        train(
                name,
                folder -> Files.writeString(folder.resolve("selection.json"), content),
                "--selection {}/selection.json",
                expected);
    }

    private void recipe(String name, String content, String... expected) {
        train(
                name,
                folder -> Files.writeString(folder.resolve("recipe.yaml"), content + "\n"),
                "--config {}/recipe.yaml",
                expected);
    }

    private void flag(String name, String words, String... expected) {
        train(name, _ -> {}, words, expected);
    }

    private void train(String name, Damage damage, String words, String... expected) {
        bad(name, damage, TRAIN + words, expected);
    }

    /** @param line the command's words; {@code {}} stands for the case's folder */
    private void bad(String name, Damage damage, String line, String... expected) {
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
            remove(folder);
        }));
    }

    private int run(String line, Path folder) {
        out.reset();
        err.reset();
        var words = Arrays.stream(line.strip().split(" +"))
                .map(word -> word.replace("{}", folder.toString()))
                .toList();
        return Main.run(words, new Terminal(stream(out), stream(err), false, 100), false);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    /** All files and folders with their sizes. */
    private static Map<String, Long> contents(Path folder) throws IOException {
        var contents = new TreeMap<String, Long>();
        try (var files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                contents.put(folder.relativize(file).toString(), Files.isDirectory(file) ? -1 : Files.size(file));
            }
        }
        return contents;
    }

    private static void remove(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.toList().reversed()) Files.delete(file);
        }
    }

    private static void write(Path folder, String rows) {
        try {
            Files.writeString(folder.resolve("rows.jsonl"), rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String row(int id) {
        return "{\"input_ids\": [5, %1$d], \"labels\": [5, 5]}\n".formatted(id);
    }

    private static Path weights(Path folder) {
        return folder.resolve("model/model.safetensors");
    }

    /** Makes a model of 192 B parameters, all zero, in a file that takes no room on the disk. */
    private static void enlarge(Path model) throws IOException {
        replace(model.resolve("config.json"), "\"intermediate_size\": 48", "\"intermediate_size\": 1000000000");
        var tensors = new ArrayList<String>();
        long end = 0;
        for (var spec :
                ParameterSpec.all(ConfigFile.read(model.resolve("config.json")).config())) {
            long begin = end;
            end += 2 * spec.elements();
            tensors.add("\"%s\":{\"dtype\":\"BF16\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                    .formatted(spec.name(), spec.shape(), begin, end));
        }
        var header = ("{" + String.join(",", tensors) + "}").getBytes(StandardCharsets.UTF_8);
        try (var file = new RandomAccessFile(model.resolve("model.safetensors").toFile(), "rw")) {
            file.setLength(0);
            file.writeLong(Long.reverseBytes(header.length));
            file.write(header);
            file.setLength(8 + header.length + end);
        }
    }

    private static void config(Path folder, String old, String replacement) throws IOException {
        replace(folder.resolve("model/config.json"), old, replacement);
    }

    private static void replace(Path file, String old, String replacement) throws IOException {
        var text = Files.readString(file);
        assertThat(text).contains(old);
        Files.writeString(file, text.replace(old, replacement));
    }

    private static void truncate(Path folder, long bytes) throws IOException {
        Files.write(weights(folder), Arrays.copyOf(Files.readAllBytes(weights(folder)), (int) bytes));
    }

    private static void extend(Path folder, int bytes) throws IOException {
        truncate(folder, Files.size(weights(folder)) + bytes);
    }

    private static void lastFloat(Path folder, float value) throws IOException {
        int bits = Float.floatToRawIntBits(value);
        overwriteEnd(
                weights(folder),
                new byte[] {(byte) bits, (byte) (bits >> 8), (byte) (bits >> 16), (byte) (bits >> 24)});
    }

    private static void overwriteEnd(Path file, byte[] end) throws IOException {
        var bytes = Files.readAllBytes(file);
        System.arraycopy(end, 0, bytes, bytes.length - end.length, end.length);
        Files.write(file, bytes);
    }

    private static void headerLength(Path folder, long length) throws IOException {
        var bytes = Files.readAllBytes(weights(folder));
        for (int i = 0; i < 8; i++) bytes[i] = (byte) (length >> 8 * i);
        Files.write(weights(folder), bytes);
    }

    /** Changes the header's text, which keeps its length: spaces fill what a change leaves over. */
    private static void header(Path folder, UnaryOperator<String> change) throws IOException {
        var bytes = Files.readAllBytes(weights(folder));
        int length = bytes[0] & 0xff | (bytes[1] & 0xff) << 8 | (bytes[2] & 0xff) << 16;
        var text = new String(bytes, 8, length, StandardCharsets.UTF_8);
        var changed = change.apply(text);
        assertThat(changed).isNotEqualTo(text);
        changed = changed.stripTrailing();
        var padded = (changed + " ".repeat(length - changed.length())).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(padded, 0, bytes, 8, length);
        Files.write(weights(folder), bytes);
    }

    /** Gives a tensor the place of another. */
    private static String moved(String header, String tensor, String other) {
        var offsets = "(\"%s\":\\{[^}]*\"data_offsets\":)(\\[[0-9,]+])";
        var place = Pattern.compile(offsets.formatted(Pattern.quote(other))).matcher(header);
        assertThat(place.find()).isTrue();
        return header.replaceFirst(offsets.formatted(Pattern.quote(tensor)), "$1" + place.group(2));
    }
}
