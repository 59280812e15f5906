package org.halftune.cli;

import static org.halftune.cli.DamagedFiles.config;
import static org.halftune.cli.DamagedFiles.enlarge;
import static org.halftune.cli.DamagedFiles.extend;
import static org.halftune.cli.DamagedFiles.header;
import static org.halftune.cli.DamagedFiles.headerLength;
import static org.halftune.cli.DamagedFiles.lastFloat;
import static org.halftune.cli.DamagedFiles.moved;
import static org.halftune.cli.DamagedFiles.overwriteEnd;
import static org.halftune.cli.DamagedFiles.remove;
import static org.halftune.cli.DamagedFiles.truncate;
import static org.halftune.cli.DamagedFiles.weights;

import java.nio.file.Files;
import java.util.stream.Stream;
import org.halftune.Fixtures;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Models that cannot be used: absent, damaged, of another kind, too large. */
class BadModelTest extends BadInput {
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
        train("no such rows", none, "--train_file {}/none.jsonl", "the data file does not exist", "none.jsonl");
        train(
                "a folder without rows",
                folder -> Files.createDirectory(folder.resolve("empty")),
                "--train_file {}/empty",
                "empty");
        train("no such evaluation rows", none, "--eval_file {}/none.jsonl --eval_strategy epoch", "none.jsonl");
        train("no such selection", none, "--selection {}/none.json", "none.json");
        train("no such checkpoint", none, "--resume_from_checkpoint {}/checkpoint-7", "checkpoint-7");
        train("no checkpoint at all", none, "--resume_from_checkpoint true", "no complete checkpoint");
        bad("no such rows to evaluate", none, "eval {}/text-model --eval_file {}/none.jsonl", "none.jsonl");
        bad(
                "no such prompts",
                none,
                "generate {}/text-model --prompt_file {}/none.txt",
                "the data file does not exist",
                "none.txt");
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
                folder -> header(folder, text -> moved(text, QUERY.formatted(1), QUERY.formatted(0))),
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
                "the weights need 768",
                "of memory",
                "a model of at most");
        return tests.stream();
    }
}
