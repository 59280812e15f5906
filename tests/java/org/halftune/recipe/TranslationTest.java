package org.halftune.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.halftune.SharedFolder;
import org.halftune.recipe.Treatment.Effect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TranslationTest {
    private static final Set<String> FLAGS = Set.of(
            "learning_rate",
            "max_steps",
            "max_length",
            "method",
            "eval_strategy",
            "hft_ratio",
            "packing",
            "train_file");

    @TempDir
    Path folder;

    private List<Treatment> translate(String yaml) throws IOException {
        var file = Files.writeString(folder.resolve("recipe.yaml"), yaml);
        return Translation.of(RecipeFile.read(file), false, FLAGS::contains, _ -> false);
    }

    private Effect only(String yaml) throws IOException {
        return translate(yaml).getFirst().outcome();
    }

    private static Map<String, String> used(List<Treatment> treatments) {
        Map<String, String> flags = new LinkedHashMap<>();
        for (var treatment : treatments) {
            if (treatment.outcome() instanceof Effect.Used used) {
                flags.put(used.flag(), String.join(",", used.values()));
            }
        }
        return flags;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cutoff_len: 256 | max_length | 256",
                "max_length: ~ | max_length | null",
                "max_seq_length: 64 | max_length | 64",
                "finetuning_type: full | method | fft",
                "disable_shuffling: yes | train_sampling_strategy | sequential",
                "use_cpu: on | device | cpu",
                "evaluation_strategy: steps | eval_strategy | steps",
                "eval_strategy: no | eval_strategy | no",
                "lr_scheduler_kwargs: {min_lr_ratio: 0.1} | min_lr_rate | 0.1",
                "report_to: [tensorboard] | report_to | tensorboard",
                "train_file: [a, b] | train_file | a,b",
                "learning-rate: 1e-5 | learning_rate | 1e-5"
            })
    void keysGoToTheirFlags(String yaml, String flag, String value) throws IOException {
        assertThat(used(translate(yaml))).containsEntry(flag, value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bf16: true",
                "torch_dtype: null",
                "gradient_checkpointing_kwargs: {use_reentrant: false}",
                "push_to_hub: no",
                "deepspeed: null",
                "fsdp: ''",
                "label_smoothing_factor: 0.0",
                "optim: adamw_torch",
                "do_train: true",
                "learning_rate: null",
                "model_init_kwargs: {attn_implementation: eager}"
            })
    void supportedByDefaultKeysAreIgnoredWithAReason(String yaml) throws IOException {
        assertThat(only(yaml))
                .isInstanceOfSatisfying(
                        Effect.Ignored.class,
                        ignored -> assertThat(ignored.reason()).isNotEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "use_peft: true",
                "lora_r: 16",
                "finetuning_type: lora",
                "finetuning_type: freeze",
                "deepspeed: ds.json",
                "deepspeed: {stage: 3}",
                "load_in_4bit: yes",
                "quantization_bit: 4",
                "push_to_hub: true",
                "streaming: true",
                "stage: dpo",
                "optim: adamw_8bit",
                "neftune_noise_alpha: 5",
                "label_smoothing_factor: 0.1",
                "do_train: false",
                "template: llama3",
                "dataset_name: trl-lib/Capybara"
            })
    void unsupportedKeysAreRefusedWithAdvice(String yaml) throws IOException {
        assertThat(only(yaml))
                .isInstanceOfSatisfying(
                        Effect.Refused.class,
                        refused -> assertThat(refused.instead()).isNotEmpty());
    }

    @Test
    void unknownKeysAreNotGuessed() throws IOException {
        assertThat(only("max_stepps: 3")).isEqualTo(new Effect.Unknown());
        assertThat(only("lr_scheduler_kwargs: {min_lrr: 3}")).isEqualTo(new Effect.Unknown());
    }

    @Test
    void evalStrategyOverridesDoEvalFalse() throws IOException {
        assertThat(used(translate("do_eval: false"))).containsEntry("eval_strategy", "no");
        assertThat(used(translate("do_eval: false\neval_strategy: steps"))).containsEntry("eval_strategy", "steps");
    }

    @Test
    void llamaFactoryRecipeGetsItsDefaults() throws IOException {
        assertThat(used(translate("stage: sft\nfinetuning_type: full"))).containsEntry("learning_rate", "5e-5");
        assertThat(used(translate("stage: sft\nlearning_rate: 1e-5\nfinetuning_type: full")))
                .containsEntry("learning_rate", "1e-5");
        assertThat(translate("stage: sft"))
                .filteredOn(treatment -> treatment.outcome() instanceof Effect.Refused)
                .extracting(Treatment::key)
                .containsExactly("finetuning_type");
        assertThat(translate("stage: sft\nmethod: hft"))
                .noneMatch(treatment -> treatment.outcome() instanceof Effect.Refused);
    }

    @Test
    void trlRecipeNotesThatHalfIsTrained() throws IOException {
        assertThat(translate("bf16: true"))
                .filteredOn(Treatment::isOfAbsence)
                .extracting(Treatment::key)
                .contains("method");
        assertThat(translate("bf16: true\nmethod: fft")).noneMatch(Treatment::isOfAbsence);
        assertThat(translate("learning_rate: 1e-5")).noneMatch(Treatment::isOfAbsence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"trl_sft.yaml", "llamafactory_full.yaml"})
    void realRecipesAreUsedTranslatedOrIgnored(String name) {
        var recipe = SharedFolder.require("cases/recipes/" + name);
        var treatments = Translation.of(RecipeFile.read(recipe), false, FLAGS::contains, _ -> false);
        assertThat(treatments)
                .allMatch(treatment ->
                        treatment.outcome() instanceof Effect.Used || treatment.outcome() instanceof Effect.Ignored);
    }

    @Test
    void llamaFactoryRecipeGivesTheseFlags() {
        var recipe = SharedFolder.require("cases/recipes/llamafactory_full.yaml");
        assertThat(used(Translation.of(RecipeFile.read(recipe), false, FLAGS::contains, _ -> false)))
                .containsAllEntriesOf(Map.of(
                        "method", "fft",
                        "max_length", "256",
                        "dataset", "demo",
                        "dataset_dir", ".",
                        "max_samples", "100",
                        "val_size", "0.1",
                        "learning_rate", "1.0e-5",
                        "warmup_ratio", "0.1"));
    }
}
