package org.halftune.cli;

import java.nio.file.Files;
import java.util.List;
import org.halftune.Fixtures;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Bad input of {@code halftune reset} and {@code halftune apply}. */
class BadResetTest extends BadInput {
    private static final String RESET = "reset --base {}/model --tuned {}/tuned --output_dir {}/out ";
    private static final Damage TUNED = folder -> Fixtures.copyModel("mha-untied", folder.resolve("tuned"));

    @TestFactory
    List<DynamicTest> badResets() {
        bad("no base", TUNED, "reset --tuned {}/tuned --output_dir {}/out", "--base is missing");
        bad("no tuned model", TUNED, "reset --base {}/model --output_dir {}/out", "--tuned is missing");
        bad("no output", TUNED, "reset --base {}/model --tuned {}/tuned", "--output_dir is missing");
        bad(
                "the same folder",
                TUNED,
                "reset --base {}/model --tuned {}/./model --output_dir {}/out",
                "the same folder");
        bad("no folder", _ -> {}, RESET, "the model folder does not exist", "/tuned");
        bad(
                "another number of layers",
                folder -> Fixtures.copyModel("odd-layers", folder.resolve("tuned")),
                RESET,
                "num_hidden_layers is 3 in the base and 5 in the tuned model",
                "/model and ",
                "/tuned",
                "the model that the tuned one was trained from");
        bad(
                "an output folder with files",
                folder -> {
                    TUNED.to(folder);
                    Files.createDirectory(folder.resolve("out"));
                    Files.writeString(folder.resolve("out/notes.txt"), "mine");
                },
                RESET,
                "the output folder is not empty");
        bad("the whole inverse", TUNED, RESET + "--hft_ratio 1 --inverse", "they select everything");
        bad("importance", TUNED, RESET + "--hft_strategy importance", "reset reads no source data", "halftune select");
        bad("a pattern without a match", TUNED, RESET + "--train model.nope.*", "model.nope.*");
        bad("a ratio above 1", TUNED, RESET + "--hft_ratio 1.5", "hft_ratio");
        bad(
                "a ratio of a list",
                TUNED,
                RESET + "--hft_ratio 0.3 --selection {}/none.json",
                "--hft_ratio has no effect");
        return tests;
    }

    @TestFactory
    List<DynamicTest> badSweeps() {
        bad(
                "scores without a sweep",
                TUNED,
                RESET + "--eval_file {}/rows.jsonl",
                "--eval_file has no effect",
                "--ratios");
        bad("a sweep of nothing", TUNED, RESET + "--ratios 0.5", "--eval_file or --task is missing");
        bad("a task without rows", TUNED, RESET + "--ratios 0.5 --task mmlu", "the task mmlu has no data");
        bad("tasks without a sweep", TUNED, RESET + "--task mmlu", "--task has no effect", "--ratios");
        bad(
                "examples without a task",
                TUNED,
                RESET + "--ratios 0.5 --eval_file {}/rows.jsonl --num_fewshot 2",
                "--num_fewshot has no effect without --task");
        bad(
                "tasks and rows",
                TUNED,
                RESET + "--ratios 0.5 --task mmlu --eval_file {}/rows.jsonl",
                "--task and --eval_file cannot be combined");
        bad(
                "a metric of a task",
                TUNED,
                RESET + "--ratios 0.5 --task mmlu --metric perplexity",
                "--metric has no effect with --task");
        bad("a ratio twice", TUNED, RESET + "--ratios 0.5,0.5 --eval_file {}/rows.jsonl", "a ratio twice");
        bad("a ratio that is no number", TUNED, RESET + "--ratios o.3", "--ratios o.3", "such as 0.1,0.5");
        bad("a ratio of 0", TUNED, RESET + "--ratios 0,0.5 --eval_file {}/rows.jsonl", "--ratios 0 is not");
        bad(
                "a ratio above 1 in a sweep",
                TUNED,
                RESET + "--ratios 0.3,1.7 --eval_file {}/rows.jsonl",
                "--ratios 1.7 is not a fraction",
                "back to the base");
        bad("a missing file", TUNED, RESET + "--ratios 0.5 --eval_file {}/none.jsonl", "does not exist", "none.jsonl");
        bad(
                "a dtype without a model",
                TUNED,
                RESET + "--ratios 0.5 --eval_file {}/rows.jsonl --save_dtype float32",
                "--save_dtype has no effect");
        bad(
                "a file of another kind in the output folder",
                folder -> {
                    TUNED.to(folder);
                    Files.createDirectory(folder.resolve("out"));
                    Files.writeString(folder.resolve("out/reset.json"), "{\"reset\": []}");
                },
                RESET + "--ratios 0.5 --eval_file {}/rows.jsonl",
                "the file is not of a sweep");
        return tests;
    }

    @TestFactory
    List<DynamicTest> badDeltas() {
        bad("no delta", _ -> {}, "apply --base {}/model --output_dir {}/out", "--delta is missing");
        bad("no base of the delta", _ -> {}, "apply --delta {}/model --output_dir {}/out", "--base is missing");
        bad("a model as a delta", TUNED, "apply --base {}/model --delta {}/tuned --output_dir {}/out", "not a delta");
        flag("a delta of random weights", "--export delta --from_scratch", "random weights have no base");
        flag("an export of another kind", "--export half", "choose from model, delta");
        bad(
                "a delta as a model",
                folder -> {
                    Files.createDirectory(folder.resolve("delta"));
                    Files.writeString(folder.resolve("delta/delta.json"), "{}");
                },
                "train --model_name_or_path {}/delta --train_file {}/rows.jsonl --output_dir {}/out",
                "this is a delta, not a model",
                "halftune apply --base BASE --delta ");
        bad(
                "a delta to select from",
                folder -> {
                    Files.createDirectory(folder.resolve("delta"));
                    Files.writeString(folder.resolve("delta/delta.json"), "{}");
                },
                "select --model_name_or_path {}/delta",
                "this is a delta, not a model",
                "halftune apply --base BASE --delta ");
        return tests;
    }
}
