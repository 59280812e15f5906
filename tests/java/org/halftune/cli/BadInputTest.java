package org.halftune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.halftune.cli.DamagedFiles.remove;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.halftune.Fixtures;
import org.halftune.TinyModel;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Rows, selections, flags, recipes and output folders that cannot be used. */
class BadInputTest extends BadInput {
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
                "a message whose content is a number",
                "{\"messages\": [{\"role\": \"user\", \"content\": 3}]}",
                "line 1, field messages[0].content");
        rows("an id beyond the vocabulary", row(320), "token id 320", "vocab_size 320", "line 1, field input_ids[1]");
        rows("a negative id", row(-1), "-1 is less than 0", "line 1, field input_ids[1]");
        rows("a label beyond the vocabulary", "{\"input_ids\": [5, 6], \"labels\": [5, 400]}", "400", "labels[1]");
        rows("everything is masked", "{\"input_ids\": [5, 6], \"labels\": [-100, -100]}\n".repeat(3), "-100");
        rows("single tokens, which predict nothing", "{\"input_ids\": [5], \"labels\": [5]}\n", "at least 2 tokens");
        rows("text for a model without a tokenizer", "{\"text\": \"abc\"}\n", "tokenizer.json", "input_ids");
        train(
                "bytes that are not UTF-8",
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
        flag(
                "a flag of an earlier version",
                "--stochastic_rounding true",
                "unknown flag --stochastic_rounding",
                "--masters none",
                "--weight_rounding stochastic");
        flag("a flag of another library", "--lora_rank 8", "unknown flag --lora_rank");
        flag("a word for a number", "--max_steps many", "--max_steps many", "whole number");
        flag("a ratio above one", "--hft_ratio 1.5", "hft_ratio");
        flag("a ratio of no category", "--hft_ratio attn=0.5", "'attn'", "attention, feed_forward, norm");
        flag("a pattern that matches nothing", "--train model.layer.0.mlp.*", "model.layer.0.mlp.*", "nearest names");
        flag("an empty pattern", "--train q_proj,,k_proj", "--train", "a pattern is empty");
        flag("importance without source data", "--hft_strategy importance", "--importance_file is missing");
        flag(
                "importance of a file that is not there",
                "--hft_strategy importance --importance_file absent.jsonl",
                "absent.jsonl");
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
        recipe(
                "a key of an earlier version",
                "stochastic_rounding: true",
                "unknown key",
                "recipe.yaml, line 1",
                "--masters none");
        flag(
                "a rounding that the file does not need",
                "--save_dtype float32 --save_rounding nearest",
                "--save_rounding");
        for (String command : List.of("train", "compare", "continual --tasks {}/tasks")) {
            bad(
                    "a recipe of dpo for " + command,
                    folder -> Files.writeString(
                            folder.resolve("recipe.yaml"), "output_dir: out\nbeta: 0.1\nloss_type: sigmoid\n"),
                    command + " --config {}/recipe.yaml",
                    "halftune: 2 keys of the recipe cannot be used",
                    "recipe.yaml:2  beta: 0.1 cannot be used",
                    "recipe.yaml:3  loss_type: sigmoid cannot be used",
                    "use halftune dpo, or halftune study with stage: dpo");
        }
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
                "words without a tokenizer",
                folder -> {
                    Files.delete(folder.resolve("text-model/tokenizer.json"));
                    Files.writeString(folder.resolve("words.jsonl"), "{\"prompt\": \"a\", \"completion\": \"b\"}");
                },
                compare + "--eval_file {}/words.jsonl",
                "tokenizer.json");
        bad("a budget without a unit", none, compare + "--memory 24", "--memory 24", "24GiB");
        bad("a budget that nothing fits in", none, compare + "--memory 1000B", "HFT needs at least", "budget");
        bad("no rows to score", none, compare + "--eval_file {}/none.jsonl", "none.jsonl");
        bad("no old knowledge", none, compare + "--knowledge_file {}/none.jsonl", "none.jsonl");
        bad("a learning rate that is not a number", none, compare + "--learning_rate 1e-3,high", "high", "2e-5");
        bad("a learning rate twice", none, compare + "--learning_rate 1e-3,1e-3", "each learning rate only once");
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

    @Test
    void rowLongerThanTheContextIsShortenedWithANotice() throws IOException {
        Fixtures.copyModel("mha-untied", temporary.resolve("model"));
        var ids = "[5" + ", 6".repeat(299) + "]";
        write(temporary, "{\"input_ids\": %1$s, \"labels\": %1$s}\n".formatted(ids) + GOOD_ROWS);
        int code = run(TRAIN + "--max_steps 1", temporary);
        assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("1 of 2 rows is longer than max_length 256 and was cut");
    }
}
