package org.halftune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.halftune.hft.Ratios;
import org.halftune.problem.InputError;
import org.halftune.recipe.RecipeFile;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeTest {
    @TempDir
    Path folder;

    private final TrainingArgumentsBuilder form = new TrainingArgumentsBuilder();

    private TrainingArguments read(String yaml, Map<String, List<String>> given) throws IOException {
        var file = Files.writeString(folder.resolve("recipe.yaml"), yaml);
        var training = new TrainingFlags(form);
        var flags = new Flags(
                "train",
                FlagGroup.all(List.of(
                        training.data(),
                        training.saving(),
                        new SelectionFlags(form).group(),
                        training.batching(),
                        training.optimizing(),
                        training.evaluating(),
                        training.machine(new MachineFlags()))),
                Set.of());
        form.modelNameOrPath = Path.of("model");
        form.outputDir = Path.of("out");
        form.trainFiles = List.of(Path.of("rows.jsonl"));
        flags.apply(given, Optional.of(file));
        try {
            return form.build();
        } catch (InputError e) {
            throw flags.located(e);
        }
    }

    @Test
    void keysAreFlagsWithoutDashes() throws IOException {
        var arguments = read("""
                # a recipe
                learning-rate: 1e-4
                max_steps: 7
                packing: true
                train_file: [a.jsonl, b.jsonl]
                lr_scheduler_type: "cosine"
                eval_file: null
                """, Map.of());
        assertThat(arguments.optimizing().learningRate()).isEqualTo(1e-4);
        assertThat(arguments.batching().maxSteps()).hasValue(7);
        assertThat(arguments.data().packing()).isTrue();
        assertThat(arguments.data().trainFiles()).containsExactly(Path.of("a.jsonl"), Path.of("b.jsonl"));
        assertThat(arguments.scheduling().curve()).isEqualTo(TrainingArguments.SchedulerType.COSINE);
        assertThat(arguments.data().evalFile()).isEmpty();
    }

    @Test
    void flagsOverrideTheRecipe() throws IOException {
        var arguments = read("learning_rate: 1e-4\nseed: 1\n", Map.of("learning_rate", List.of("5e-4")));
        assertThat(arguments.optimizing().learningRate()).isEqualTo(5e-4);
        assertThat(arguments.running().seed()).isEqualTo(1);
    }

    @Test
    void selectionIsWrittenAsMapsAndLists() throws IOException {
        var ratios =
                read("hft_ratio: {attention: 0.5, feed-forward: 0.3}", Map.of()).selecting();
        assertThat(ratios.ratios()).isEqualTo(new Ratios(0.5, 0.3, 0.5));
    }

    @Test
    void unfrozenParametersOfAxolotlAreThePatternsOfTrain() throws IOException {
        var yaml = """
                unfrozen_parameters:
                  - ^lm_head.weight$
                  - model.layers.3.self_attn.q_proj
                  - layers.\\d{1,2}.mlp
                """.replace("\\\\", "\\");
        assertThat(read(yaml, Map.of()).selecting().patterns())
                .containsExactly("^lm_head.weight$", "model.layers.3.self_attn.q_proj", "layers.\\d{1,2}.mlp");
    }

    @Test
    void emptyRecipeChangesNothing() throws IOException {
        assertThat(read("# nothing\n", Map.of()).running().seed()).isEqualTo(42);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "seed: 1;learning_rat: 2 | 2 | unknown key learning_rat | did you mean learning_rate?",
                "seed: 1;;zzzzz: 2 | 3 | unknown key zzzzz | remove it",
                "seed: x | 1 | seed x is not possible | give a whole number",
                "learning_rate: fast | 1 | learning_rate fast is not possible | give a number, such as 0.01 or 2e-5",
                "packing: 3 | 1 | packing 3 is not possible | give true or false",
                "learning_rate: [1, 2] | 1 | learning_rate takes one value, not a list | give one value",
                "hft_ratio: {attention: 2} | 1 | hft_ratio attention=2 is not possible | give numbers from 0 to 1",
                "hft_ratio: {attn: 0.5} | 1 | hft_ratio attn=0.5 is not possible"
                        + " | there is no category 'attn' in the layers: the categories are attention, feed_forward, norm",
                "hft_ratio: {attention: [0.5]} | 1 | hft_ratio is a map | give one value, or a list of values",
                "seed: 1;hft_ratio: 2 | 2 | hft_ratio 2 is not possible | give a number above 0 and up to 1",
                "seed: 1;max_steps: -5 | 2 | max_steps -5 is not possible | give a number of at least 1",
                "lr_scheduler_type: cosin | 1 | lr_scheduler_type cosin is not possible | choose from linear, cosine, "
                        + "constant, constant_with_warmup, cosine_with_min_lr, cosine_warmup_with_min_lr, "
                        + "cosine_with_restarts, polynomial, inverse_sqrt, warmup_stable_decay"
            })
    void errorsNameFileAndLine(String yaml, int line, String what, String fix) {
        assertThatThrownBy(() -> read(yaml.replace(';', '\n'), Map.of()))
                .isInstanceOfSatisfying(InputError.class, error -> {
                    assertThat(error.what()).isEqualTo(what);
                    assertThat(error.where()).endsWith("recipe.yaml, line " + line);
                    assertThat(error.fix()).isEqualTo(fix);
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "seed: 1;seed: 2 | 2 | seed occurs twice",
                "max_steps: 1;max-steps: 2 | 2 | max-steps occurs twice",
                "seed: 1;optimizer:;  seed: 2 | 2 | unknown key optimizer",
                "max_steps:;  seed: 2 | 1 | max_steps is a map",
                "- seed | 1 | the recipe is not a map of keys and values",
                "seed: [1 | 1 | the recipe is not valid YAML",
                "train_file: [[a]] | 1 | train_file is a list whose items are not plain values",
                "train_file: [] | 1 | train_file is an empty list",
                "min_lr_rate: 0.1;min_lr_ratio: 0.2 | 2 | min_lr_ratio sets the same flag as another key"
            })
    void invalidStructuresAreRefused(String yaml, int line, String what) {
        assertThatThrownBy(() -> read(yaml.replace(';', '\n'), Map.of()))
                .isInstanceOfSatisfying(InputError.class, error -> {
                    assertThat(error.what()).startsWith(what);
                    assertThat(error.where()).contains("recipe.yaml, line " + line);
                });
    }

    @Test
    void missingRecipeIsNamed() {
        assertThatThrownBy(() -> RecipeFile.read(folder.resolve("none.yaml")))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("none.yaml");
    }
}
