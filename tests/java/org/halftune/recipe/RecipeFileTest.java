package org.halftune.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeFileTest {
    @TempDir
    Path folder;

    private List<RecipeEntry> read(String text) throws IOException {
        return RecipeFile.read(Files.writeString(folder.resolve("recipe.yaml"), text));
    }

    private Value only(String text) throws IOException {
        return read("key: " + text).getFirst().value();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "~", "Null", "NULL", ""})
    void nullHasFiveSpellings(String text) throws IOException {
        assertThat(only(text)).isEqualTo(new Value.Nothing());
    }

    @ParameterizedTest
    @CsvSource({"1e-5, 1e-5", "1_000, 1000", "~/runs, ~/runs", "2.0e-05, 2.0e-05", "'\"null\"', null", "'\"1_0\"', 1_0"
    })
    void scalarsAreReadAsByPyYaml(String text, String expected) throws IOException {
        assertThat(only(text))
                .isInstanceOfSatisfying(
                        Value.Scalar.class, scalar -> assertThat(scalar.text()).isEqualTo(expected));
    }

    @ParameterizedTest
    @CsvSource({"yes, true", "On, true", "TRUE, true", "no, false", "off, false", "False, false"})
    void booleansAreReadAsInYaml11(String text, boolean expected) throws IOException {
        assertThat(only(text).truth()).hasValue(expected);
    }

    @Test
    void jsonIsARecipeToo() throws IOException {
        var entries = read("{\n\t\"max_steps\": 3,\n\t\"train_file\": [\"a\", \"b\"],\n\t\"eval_file\": null\n}\n");
        assertThat(entries).extracting(RecipeEntry::key).containsExactly("max_steps", "train_file", "eval_file");
        assertThat(entries).extracting(entry -> entry.value().shown()).containsExactly("3", "[a, b]", "null");
        assertThat(entries).extracting(entry -> entry.origin().line()).containsExactly(2, 3, 4);
    }

    @Test
    void anchorsAliasesAndMergeKeysAreResolved() throws IOException {
        var entries = read("""
                rate: &rate 1e-4
                learning_rate: *rate
                options: &o {min_lr: 1e-6, power: 2}
                lr_scheduler_kwargs:
                  <<: *o
                  power: 3
                """);
        assertThat(entries)
                .extracting(entry -> entry.value().shown())
                .containsExactly("1e-4", "1e-4", "{min_lr: 1e-6, power: 2}", "{power: 3, min_lr: 1e-6}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: &x [*x] | nested too deep",
                "a: &x {b: *x} | nested too deep",
                "a: {<<: 3} | << can only merge a map",
                "[a] | the recipe is not a map of keys and values",
                "{[a]: 1} | a key of the recipe is not a plain word",
                "a: 1;--- ;b: 2 | the recipe contains more than one YAML document",
                "a: 'x | is not valid YAML",
                "a:;\tb: 1 | is not valid YAML",
                "a: *none | is not valid YAML"
            })
    void invalidRecipeIsOneError(String text, String what) {
        assertThatThrownBy(() -> read(text.replace(';', '\n')))
                .isInstanceOf(InputError.class)
                .hasMessageContaining(what)
                .hasMessageContaining("recipe.yaml");
    }

    @Test
    void deepNestingIsAnError() {
        assertThatThrownBy(() -> read("a: " + "[".repeat(200) + "]".repeat(200)))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("nested too deep");
        assertThatThrownBy(() -> read("a: " + "[".repeat(100_000))).isInstanceOf(InputError.class);
    }

    @Test
    void manyAliasesAreAnError() {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a%d: &a%d [%s]%n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(9)));
        }
        assertThatThrownBy(() -> read(bomb.toString())).isInstanceOf(InputError.class);
    }
}
