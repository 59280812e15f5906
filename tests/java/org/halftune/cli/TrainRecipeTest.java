package org.halftune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.halftune.console.Terminal;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code halftune train --config}, up to where a run would begin. */
class TrainRecipeTest {
    @TempDir
    Path folder;

    private record Said(int code, String out, String err) {}

    private Said train(String recipe, String... words) throws IOException {
        var file = Files.writeString(folder.resolve("recipe.yaml"), recipe);
        List<String> all = new ArrayList<>(List.of("train", "--config", file.toString()));
        all.addAll(List.of(words));
        return halftune(all);
    }

    private static Said halftune(List<String> words) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var terminal = new Terminal(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                80);
        int code = Main.run(words, terminal, false);
        return new Said(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static List<String> settings(String config) {
        return config.lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> line.replaceFirst(" +# .*", ""))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "method: fft\nlearning_rate: 1e-4\n",
                "max_length: ~\nwarmup_ratio: 1.0\nlr_scheduler_kwargs: {power: 2}\nlr_scheduler_type: polynomial\n",
                "train_file: ['a b.jsonl', '#c', 'd: e', 'no']\noutput_dir: ~/x\nbf16: true\nmethod: hft\n",
                "eval_steps: 0.1\neval_file: e.jsonl\nsave_strategy: no\nsave_steps: 0.5\nlogging_first_step: yes\ndata_seed: 1\n",
                "output_dir: \"tab\\there \\\"quoted\\\" \\\\ été 東京\"\n"
            })
    void printedRecipeIsTheSameRun(String recipe) throws IOException {
        var first = train(recipe, "--print_config");
        assertThat(first.code()).as(first.err()).isZero();
        var second = train(first.out(), "--print_config");
        assertThat(second.err()).isEmpty();
        assertThat(settings(second.out())).isEqualTo(settings(first.out()));
    }

    @Test
    void printedRecipeNamesTheOriginOfEachValue() throws IOException {
        var said = train("max_steps: 3\nlearning_rate: 1e-4\n", "--learning_rate", "2e-4", "--print_config");
        assertThat(said.out().lines().map(line -> line.replaceAll(" +", " ")))
                .contains(
                        "max_steps: 3 # recipe, line 1",
                        "learning_rate: 2e-4 # command line",
                        "weight_decay: 0 # default",
                        "# hft_seed: --seed",
                        "# eval_file: not set");
        assertThat(said.err()).contains("ignored learning_rate: 1e-4 (overridden on the command line)");
    }

    @Test
    void allProblemsOfARecipeAreOneError() throws IOException {
        var said = train("""
                learning_rat: 1e-4
                use_peft: true
                max_steps: many
                seed: [1, 2]
                deepspeed: ds.json
                data_seeds: 1
                """);
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err())
                .contains("6 keys of the recipe cannot be used")
                .contains("recipe.yaml:1  unknown key learning_rat: did you mean learning_rate?")
                .contains("recipe.yaml:2  use_peft: true cannot be used: Halftune has no adapters")
                .contains("recipe.yaml:3  max_steps many is not possible: give a whole number")
                .contains("recipe.yaml:4  seed takes one value, not a list: give one value")
                .contains("recipe.yaml:5  deepspeed: ds.json cannot be used: Halftune uses one device")
                .contains("recipe.yaml:6  unknown key data_seeds: did you mean data_seed?");
        assertThat(said.out()).isEmpty();
    }

    @Test
    void handlingOfEachKeyIsListed() throws IOException {
        var said = train("""
                max_steps: 3
                bf16: true
                fp16: false
                cutoff_len: 64
                finetuning_type: full
                """, "--print_config");
        assertThat(said.err().replaceAll("\\s+", " "))
                .contains("recipe used unchanged: max_steps")
                .contains("cutoff_len: 64 becomes max_length")
                .contains("finetuning_type: full becomes method: fft")
                .contains("ignored bf16: true, fp16: false (the device decides")
                .contains("learning_rate (not set) becomes learning_rate: 5e-5; LLaMA-Factory's default");
        assertThat(said.err().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void recipeOfFlagsPrintsNoNotes() throws IOException {
        assertThat(train("max_steps: 3\n", "--print_config").err()).isEmpty();
    }

    @Test
    void otherCommandsIgnoreTrainingKeys() throws IOException {
        var file = Files.writeString(folder.resolve("recipe.yaml"), "max_length: 64\nsave_steps: 5\n");
        var said = halftune(List.of("plan", "--config", file.toString()));
        assertThat(said.err()).contains("ignored save_steps: 5 (halftune plan has no --save_steps)");
        assertThat(said.err()).contains("recipe    used unchanged: max_length");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "warmup_ratio: 0.1;warmup_steps: 5 | warmup_ratio and --warmup_steps cannot be combined",
                "method: fft;hft_ratio: 0.5 | hft_ratio has no effect with --method fft",
                "selection: s.json;hft_round: 0 | hft_round has no effect with --selection",
                "lr_scheduler_type: linear;lr_scheduler_kwargs: {num_cycles: 2} | num_cycles cannot be used with",
                "lr_scheduler_type: reduce_lr_on_plateau | lr_scheduler_type reduce_lr_on_plateau is not possible"
            })
    void flagWithoutEffectIsAnError(String yaml, String what) throws IOException {
        var said =
                train(yaml.replace(';', '\n') + "\nmodel_name_or_path: m\ntrain_file: t\noutput_dir: o\ndevice: cpu\n");
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).contains(what);
    }

    @Test
    void tildeIsTheHomeFolder() {
        var home = HomeFolder.expanded("~");
        assertThat(Path.of(home)).isAbsolute();
        assertThat(HomeFolder.expanded("~/runs/sft")).isEqualTo(home + "/runs/sft");
        assertThat(HomeFolder.expanded("~root/x")).isEqualTo(HomeFolder.expanded("~root") + "/x");
        assertThat(HomeFolder.expanded("a/~b")).isEqualTo("a/~b");
        assertThat(HomeFolder.expanded("$HOME/x")).isEqualTo("$HOME/x");
        assertThatThrownBy(() -> HomeFolder.expanded("~no-such-user/x"))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("unknown user no-such-user");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--bf16 | leave it out: the device decides",
                "--cutoff_len | use --max_length",
                "--lora_rank | Halftune has no adapters: remove it",
                "--data_sed | did you mean --data_seed?"
            })
    void keyOfAnotherToolAsAFlagIsAnErrorWithAdvice(String flag, String fix) {
        var said = halftune(List.of("train", flag, "3"));
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).contains("unknown flag " + flag).contains(fix);
    }

    @Test
    void misspeltFlagAfterPromptsIsAnError() {
        var said = halftune(List.of("generate", "m", "--prompt", "Once upon", "--temprature", "0.5"));
        assertThat(said.code()).isEqualTo(2);
        assertThat(said.err()).contains("unknown flag --temprature").contains("did you mean --temperature?");
    }

    @Test
    void evalStepsAreRefusedWithEpochs() throws IOException {
        var refused = train("", "--val_size", "1", "--eval_strategy", "epoch", "--eval_steps", "10");
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err())
                .contains("--eval_steps has no effect: --eval_strategy is epoch", "use --eval_strategy steps");

        var listed = train("val_size: 1\neval_strategy: epoch\neval_steps: 10\n", "--print_config");
        assertThat(listed.code()).as(listed.err()).isZero();
        assertThat(listed.err()).contains("eval_steps: 10 (--eval_strategy is epoch)");
    }

    @ParameterizedTest
    @CsvSource({
        "--eval_steps 10, no evaluation rows, add --eval_file",
        "--eval_on_start, no evaluation rows, add --eval_file",
        "--eval_delay 2, no evaluation rows, add --eval_file",
        "--logging_dir logs, --report_to tensorboard, add --report_to tensorboard",
        "--early_stopping_threshold 0.1, --early_stopping_patience, add --early_stopping_patience",
        "--greater_is_better, --load_best_model_at_end, add --load_best_model_at_end",
        "--dataset_dir data, --dataset, add --dataset"
    })
    void flagWithoutEffectIsRefusedAndKeyWithoutEffectIsListed(String given, String missing, String remedy)
            throws IOException {
        var words = given.split(" ");
        var refused = train("", words);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains(words[0] + " has no effect", missing, "leave it out, or " + remedy);

        var key = words[0].substring(2);
        var listed = train(key + ": " + (words.length == 1 ? "true" : words[1]) + "\n", "--print_config");
        assertThat(listed.code()).as(listed.err()).isZero();
        assertThat(listed.err().replaceAll("\\s+", " ")).contains(key, missing);
    }
}
