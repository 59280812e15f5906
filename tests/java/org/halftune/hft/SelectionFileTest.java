package org.halftune.hft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.halftune.model.LlamaConfig;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionFileTest {
    private static final LlamaConfig MODEL = Models.ofLayers(3);

    @TempDir
    private Path folder;

    @Test
    void writtenSelectionIsReadBack() {
        var file = folder.resolve("selection.json");
        for (var key : Strategy.KEYS) {
            var drawn = Selection.draw(MODEL, Strategy.of(key, 0.3), Freeze.NOTHING, Long.MIN_VALUE + 1, 7);
            SelectionFile.write(file, drawn); // replaces the previous file
            assertThat(SelectionFile.read(file, MODEL)).isEqualTo(drawn);
        }
        var full = Selection.full(MODEL);
        SelectionFile.write(file, full);
        assertThat(SelectionFile.read(file, MODEL)).isEqualTo(full);
    }

    @Test
    void fileListsTrainableParametersAndCounts() throws IOException {
        var file = folder.resolve("selection.json");
        SelectionFile.write(
                file, Selection.draw(Models.tied(1), new Strategy.Layer(0.5), new Freeze(true, false, false), 42, 3));
        assertThat(Files.readString(file)).isEqualTo("""
                {
                  "method": "hft",
                  "strategy": "layer",
                  "ratio": 0.5,
                  "seed": 42,
                  "round": 3,
                  "trainable": [
                    "model.layers.0.input_layernorm.weight",
                    "model.layers.0.self_attn.q_proj.weight",
                    "model.layers.0.self_attn.k_proj.weight",
                    "model.layers.0.self_attn.v_proj.weight",
                    "model.layers.0.self_attn.o_proj.weight",
                    "model.layers.0.post_attention_layernorm.weight",
                    "model.layers.0.mlp.gate_proj.weight",
                    "model.layers.0.mlp.up_proj.weight",
                    "model.layers.0.mlp.down_proj.weight",
                    "model.norm.weight"
                  ],
                  "parameters": {
                    "trainable": 11616,
                    "total": 14688,
                    "by_category": {
                      "embedding": {
                        "trainable": 0,
                        "total": 3072,
                        "matrices_trainable": 0,
                        "matrices": 1
                      },
                      "attention": {
                        "trainable": 3072,
                        "total": 3072,
                        "matrices_trainable": 4,
                        "matrices": 4
                      },
                      "feed_forward": {
                        "trainable": 8448,
                        "total": 8448,
                        "matrices_trainable": 3,
                        "matrices": 3
                      },
                      "norm": {
                        "trainable": 64,
                        "total": 64,
                        "matrices_trainable": 2,
                        "matrices": 2
                      },
                      "final_norm": {
                        "trainable": 32,
                        "total": 32,
                        "matrices_trainable": 1,
                        "matrices": 1
                      }
                    }
                  }
                }
                """);
        assertThat(folder).isDirectoryContaining("glob:**selection.json");
        try (var files = Files.list(folder)) {
            assertThat(files).as("nothing temporary stays").hasSize(1);
        }
    }

    @Test
    void handMadeFileNeedsOnlyNamesInAnyOrder() throws IOException {
        var file = write("{\"trainable\": [\"lm_head.weight\", \"model.layers.2.mlp.up_proj.weight\"]}");
        var selection = SelectionFile.read(file, MODEL);
        assertThat(selection.origin()).isEqualTo(new SelectionOrigin.Listed());
        assertThat(selection.method()).isEqualTo("hft");
        assertThat(selection.trainable()).containsExactly("model.layers.2.mlp.up_proj.weight", "lm_head.weight");

        SelectionFile.write(file, selection);
        assertThat(SelectionFile.read(file, MODEL)).isEqualTo(selection);
    }

    @ParameterizedTest(name = "[{index}] {0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // content | message | where | fix
                "{'trainable':['model.layers.0.self_attn.q_pro.weight']} | no parameter 'model.layers.0.self_attn.q_pro.weight'"
                        + " | trainable[0] | did you mean 'model.layers.0.self_attn.q_proj.weight'?",
                "{'trainable':['lm_head.weight','wte']} | no parameter 'wte' | trainable[1] | halftune inspect",
                "{'trainable':['lm_head.weight','model.norm.weight','lm_head.weight']} | lm_head.weight is listed twice"
                        + " | trainable[2] | trainable[0]",
                "{'trainable':[]} | all parameters would be frozen | trainable | at least one",
                "{'trainable':'lm_head.weight'} | \"lm_head.weight\" is not a list | trainable | write",
                "{'trainable':null} | null is not a list | trainable | write",
                "{'trainable':[7]} | 7 is not a parameter name | trainable[0] | ``",
                "{} | is missing | trainable | write",
                "[] | a JSON object | selection.json | write an object",
                "7 | a JSON object | selection.json | write an object",
                "`` | a JSON object | selection.json | write an object",
                "{'trainable':['lm_head.weight'} | not valid JSON | line 1, column | ``",
                "{'trainable':['lm_head.weight']} x | not valid JSON | line 1, column | ``",
                "{'trainable':[],'trainable':[]} | not valid JSON: duplicate key \"trainable\" | line 1, column | ``",
                "{'trainables':['lm_head.weight']} | unknown field 'trainables' | selection.json | 'trainable'?",
                "{'trainable':['lm_head.weight'],'comment':1} | unknown field 'comment' | selection.json | the fields are",
                "{'trainable':['lm_head.weight'],'method':'lora'} | \"lora\" is not one of hft, fft | method | ``",
                "{'trainable':['lm_head.weight'],'method':1} | 1 is not one of | method | ``",
                "{'trainable':['lm_head.weight'],'method':'fft'} | only 1 of 30 parameters | selection.json | hft",
                "{'trainable':['lm_head.weight'],'strategy':'rows'} | is not one of category, layer, model | strategy | ``",
                "{'trainable':['lm_head.weight'],'ratio':0} | 0 is not a number above 0 | ratio | ``",
                "{'trainable':['lm_head.weight'],'ratio':'half'} | \"half\" is not a number | ratio | ``",
                "{'trainable':['lm_head.weight'],'seed':1.5} | 1.5 is not an integer | seed | ``",
                "{'trainable':['lm_head.weight'],'seed':9223372036854775808} | is not an integer | seed | ``",
                "{'trainable':['lm_head.weight'],'round':-1} | -1 is not an integer of at least 0 | round | ``",
            })
    void invalidFileIsAClearError(String json, String what, String where, String fix) throws IOException {
        var file = write(json.replace('\'', '"'));
        var error = catchThrowableOfType(InputError.class, () -> SelectionFile.read(file, MODEL));
        assertThat(error.what()).contains(what);
        assertThat(error.where()).startsWith(file.toString()).endsWith(endOf(where, error.where()));
        assertThat(error.fix()).contains(fix);
    }

    /** The column number may change with the parser, so only its presence is checked. */
    private static String endOf(String where, String actual) {
        return where.endsWith("column") ? actual.substring(actual.indexOf(where)) : where;
    }

    @Test
    void tiedHeadIsExplained() throws IOException {
        var file = write("{\"trainable\": [\"lm_head.weight\"]}");
        assertThatThrownBy(() -> SelectionFile.read(file, Models.tied(3)))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("head is tied to its embedding matrix")
                .hasMessageContaining("list model.embed_tokens.weight");
    }

    @Test
    void unreadableOrUnwritablePathIsNamed() {
        var absent = folder.resolve("absent").resolve("selection.json");
        var full = Selection.full(MODEL);
        for (var path : new Path[] {absent, folder}) {
            assertThatThrownBy(() -> SelectionFile.read(path, MODEL))
                    .isInstanceOf(InputError.class)
                    .hasMessageContaining(path.toString());
            assertThatThrownBy(() -> SelectionFile.write(path, full))
                    .isInstanceOf(InputError.class)
                    .hasMessageContaining(path.toString());
        }
        assertThat(folder).isEmptyDirectory();
    }

    private Path write(String json) throws IOException {
        return Files.writeString(folder.resolve("selection.json"), json);
    }
}
