package org.halftune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.halftune.console.Terminal;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlagParserTest {
    private static final class Sample implements Command {
        @Override
        public String name() {
            return "sample";
        }

        @Override
        public String summary() {
            return "";
        }

        @Override
        public String positional() {
            return "model_name_or_path";
        }

        @Override
        public List<FlagGroup> flags() {
            return List.of(FlagGroup.of(
                    "All",
                    Flag.path("model_name_or_path", "FOLDER", v -> {}, ""),
                    Flag.real("learning_rate", 0.1, v -> {}, ""),
                    Flag.integer("max_steps", -1, v -> {}, ""),
                    Flag.real("min_lr_rate", null, v -> {}, "").alias("min_lr_ratio"),
                    Flag.paths("train_file", "FILE", v -> {}, ""),
                    Flag.text("prompt", "TEXT", "", v -> {}, ""),
                    Flag.toggle("packing", v -> {}, "")));
        }

        @Override
        public int run(Terminal terminal) {
            return 0;
        }
    }

    private static Map<String, List<String>> parse(String... words) {
        var sample = new Sample();
        return FlagParser.parse(sample, FlagGroup.all(sample.flags()), List.of(words));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--learning_rate 3e-4",
                "--learning-rate 3e-4",
                "--learning_rate=3e-4",
                "--learning-rate=3e-4",
                "--learning_rate 1 --learning-rate 3e-4"
            })
    void everySpellingGivesTheSameValue(String line) {
        assertThat(parse(line.split(" ", -1)).get("learning_rate")).last().isEqualTo("3e-4");
    }

    @ParameterizedTest
    @CsvSource({
        "--packing, true",
        "--packing true, true",
        "--packing=true, true",
        "--packing True, true",
        "--packing false, false",
        "--packing=false, false",
        "--no_packing, false",
        "--no-packing, false"
    })
    void switchesTakeABooleanOrNothing(String line, String expected) {
        assertThat(parse(line.split(" ", -1))).containsExactlyEntriesOf(Map.of("packing", List.of(expected)));
    }

    @Test
    void switchDoesNotTakeTheNextWord() {
        assertThat(parse("--packing", "folder"))
                .containsEntry("packing", List.of("true"))
                .containsEntry("model_name_or_path", List.of("folder"));
    }

    @Test
    void negativeNumbersAreValues() {
        assertThat(parse("--max_steps", "-1")).containsEntry("max_steps", List.of("-1"));
    }

    @Test
    void flagTakesSeveralFilesOrIsRepeated() {
        assertThat(parse("--train_file", "a", "b", "--packing")).containsEntry("train_file", List.of("a", "b"));
        assertThat(parse("--train_file", "a", "--train_file=b")).containsEntry("train_file", List.of("a", "b"));
    }

    @Test
    void textIsUnchanged() {
        assertThat(parse("--prompt", "@file")).containsEntry("prompt", List.of("@file"));
        assertThat(parse("--prompt", "${x} \"y\"")).containsEntry("prompt", List.of("${x} \"y\""));
        assertThat(parse("--prompt=--like-a-flag")).containsEntry("prompt", List.of("--like-a-flag"));
        assertThat(parse("--prompt", "-1 is negative")).containsEntry("prompt", List.of("-1 is negative"));
        assertThat(parse("--prompt=")).containsEntry("prompt", List.of(""));
    }

    @Test
    void aliasesSetTheFlag() {
        assertThat(parse("--min-lr-ratio", "0.1")).containsEntry("min_lr_rate", List.of("0.1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--learning_rat 3 | unknown flag --learning_rat | did you mean --learning_rate?",
                "--leraning-rate=3 | unknown flag --leraning_rate | did you mean --learning_rate?",
                "--train_file a b --pakcing | unknown flag --pakcing | did you mean --packing?",
                "--train_file a --learning_rat=3 b | unknown flag --learning_rat | did you mean --learning_rate?",
                "--prompt --temprature 0.5 | unknown flag --temprature | see halftune sample --help",
                "--zzz | unknown flag --zzz | see halftune sample --help",
                "--learning_rate | --learning_rate needs a value | see halftune sample --help",
                "--learning_rate --packing | --learning_rate needs a value | see halftune sample --help",
                "one two | unexpected argument two | see halftune sample --help",
                "one --model_name_or_path two | unexpected argument one | see halftune sample --help"
            })
    void errorsHaveAFix(String line, String what, String fix) {
        assertThatThrownBy(() -> parse(line.split(" ", -1))).isInstanceOfSatisfying(InputError.class, error -> {
            assertThat(error.what()).isEqualTo(what);
            assertThat(error.fix()).isEqualTo(fix);
        });
    }
}
