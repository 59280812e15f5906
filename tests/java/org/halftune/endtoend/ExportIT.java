package org.halftune.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.halftune.SharedFolder;
import org.halftune.TinyModel;
import org.halftune.files.StrictJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one command writes, the next one reads. */
class ExportIT {
    @TempDir
    Path folder;

    @Test
    void modelTrainedFromScratchIsInspectedEvaluatedAndContinued() throws IOException {
        var base = TinyModel.write(folder.resolve("base"));
        Files.delete(base.resolve("model.safetensors")); // a fresh model needs config.json and the tokenizer alone
        var rows = Files.writeString(folder.resolve("rows.jsonl"), """
                {"prompt": "The mood of the sea:", "completion": " calm"}
                {"prompt": "The mood of the wind:", "completion": " wild"}
                {"prompt": "The mood of the rain:", "completion": " glad"}
                """);
        var output = folder.resolve("output");

        var training = Program.halftune(
                "train",
                "--model_name_or_path",
                base,
                "--from_scratch",
                "--method",
                "fft",
                "--train_file",
                rows,
                "--output_dir",
                output,
                "--max_steps",
                300,
                "--learning_rate",
                5e-3,
                "--logging_steps",
                100);
        assertThat(training.code()).as("%s", training).isZero();
        assertThat(Files.mismatch(output.resolve("tokenizer.json"), base.resolve("tokenizer.json")))
                .isEqualTo(-1);

        var inspection = Program.halftune("inspect", output);
        assertThat(inspection.code()).as("%s", inspection).isZero();
        assertThat(inspection.out())
                .contains("BF16", "model.embed_tokens.weight", "model.layers.1.self_attn.q_proj.weight");

        var scores = folder.resolve("scores");
        var evaluation =
                Program.halftune("eval", output, "--device", "cpu", "--eval_file", rows, "--output_dir", scores);
        assertThat(evaluation.code()).as("%s", evaluation).isZero();
        assertThat(evaluation.out()).contains("100.0 % (3 of 3)");
        assertThat(evaluation.err())
                .contains("rows 3 · format prompt, completion · loss on completions")
                .hasLineCount(1);
        var score = StrictJson.read(scores.resolve("eval.json")).get("files").get(0);
        assertThat(score.get("perplexity").doubleValue()).isLessThan(1.2);

        var generation = Program.halftune("generate", output, "--device", "cpu", "--prompt", "The mood of the wind:");
        assertThat(generation.out()).as("%s", generation).isEqualTo("The mood of the wind: wild\n");
        assertThat(generation.err()).isEmpty();

        var several =
                Program.halftune("generate", output, "--prompt_file", rows, "--batch_size", 2, "--temperature", 0);
        assertThat(several.out()).as("%s", several).isEqualTo("""
                --- 1 of 3
                The mood of the sea: calm

                --- 2 of 3
                The mood of the wind: wild

                --- 3 of 3
                The mood of the rain: glad
                """);
    }

    @Test
    void realModelGeneratesItsPublishedStory() {
        var model = SharedFolder.require("models/stories260K");
        var result = Program.halftune(
                "generate", model, "--device", "cpu", "--prompt", "Once upon a time", "--max_new_tokens", 60);
        assertThat(result.code()).as("%s", result).isZero();
        assertThat(result.out())
                .startsWith(
                        "Once upon a time, there was a little girl named Lily. She loved to play outside in the park."
                                + " One day, she saw a big, red ball.");
        assertThat(result.err()).isEmpty();
        System.out.println(
                "generating 60 tokens with stories260K took " + result.time().toMillis() + " ms");
    }
}
