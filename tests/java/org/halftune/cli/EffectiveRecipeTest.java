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
import java.util.Optional;
import java.util.Set;
import org.halftune.console.Terminal;
import org.halftune.train.arguments.TrainingArguments;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recipe that a run prints is a recipe of the very same run. */
class EffectiveRecipeTest {
    private static final String NEEDED = "--model_name_or_path m --train_file a.jsonl --output_dir out ";

    @TempDir
    private Path folder;

    private record Made(TrainingArguments arguments, String recipe) {}

    private static Made made(List<String> words, Optional<Path> recipe) {
        var command = new TrainCommand();
        var groups = command.flags();
        var all = FlagGroup.all(groups);
        var flags = new Flags("train", all, Set.of());
        flags.apply(FlagParser.parse(command, all, words), recipe);
        return new Made(command.arguments(), EffectiveRecipe.of("train", groups, flags));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--max_length 512",
                "--max_length null --packing false",
                "--chat_template template.jinja",
                "--eval_file e.jsonl f.jsonl --eval_on_start --eval_delay 2 --eval_steps 0.1 --max_steps 100",
                "--eval_file e.jsonl --load_best_model_at_end --eval_strategy epoch --save_strategy epoch"
                        + " --early_stopping_patience 2 --early_stopping_threshold 0.1 --greater_is_better false",
                "--report_to tensorboard --logging_dir logs --logging_first_step --disable_tqdm",
                "--dataset a,b --dataset_dir d --interleave_probs 1,2,3,4 --max_samples 10 --val_size 0.1 --train_file",
                "--method fft --resume_from_checkpoint true --save_dtype float32 --save_only_model",
                "--selection s.json --gradient_checkpointing --threads 1 --overwrite_output_dir",
                "--hft_ratio 0.25 --hft_strategy layer --hft_seed 3 --hft_round 1 --freeze_embeddings",
                "--hft_ratio attention=0.5,feed_forward=0.3 --hft_strategy importance --importance_file s.jsonl"
                        + " --importance_samples 7",
                "--train model.layers.[0-7].mlp.* ^lm_head\\.weight$ layers.\\d{1,2}.self_attn --method hft",
                "--lr_scheduler_type warmup_stable_decay --warmup_type 1-sqrt --num_decay_steps 5 --warmup_ratio 0.1",
                "--lr_scheduler_type cosine_with_min_lr --min_lr 1e-6 --data_seed 1 --seed 2",
                "--recompute cheap --masters none --moments_dtype bfloat16 --weight_rounding nearest",
            })
    void printedRecipeGivesTheSameArguments(String given) throws IOException {
        var words = new ArrayList<>(List.of((NEEDED + given).strip().split(" ")));
        if (given.endsWith("--train_file")) words.addAll(List.of("x y.jsonl"));
        var first = made(words, Optional.empty());
        var file = Files.writeString(folder.resolve("recipe.yaml"), first.recipe());
        var second = made(List.of(), Optional.of(file));
        assertThat(second.arguments()).isEqualTo(first.arguments());
    }

    @Test
    void longPromptDoesNotOverflowTheStack() {
        var err = new ByteArrayOutputStream();
        var terminal = new Terminal(System.out, new PrintStream(err, true, StandardCharsets.UTF_8), false, 80);
        var words = List.of("generate", folder.resolve("none").toString(), "--prompt", "word ".repeat(30_000) + "word");
        assertThat(Main.run(words, terminal, false)).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).doesNotContain("bug");
        var lengthy = made(List.of((NEEDED + "--chat_template " + "w".repeat(100_000)).split(" ")), Optional.empty());
        assertThat(lengthy.recipe()).contains("www");
    }
}
