package org.halftune.hft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.halftune.model.LlamaConfig;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionYamlTest {
    private static final LlamaConfig MODEL = Models.ofLayers(3);

    @TempDir
    private Path folder;

    private Selection read(String text, LlamaConfig config) throws IOException {
        return SelectionFile.read(Files.writeString(folder.resolve("spectrum.yaml"), text), config);
    }

    @Test
    void spectrumFileIsRead() throws IOException {
        var text = """
                unfrozen_parameters:
                - ^lm_head.weight$
                - ^model.embed_tokens.weight$
                # mlp.down_proj layers
                - model.layers.2.mlp.down_proj
                # self_attn.q_proj layers
                - model.layers.0.self_attn.q_proj
                """;
        var selection = read(text, MODEL);
        assertThat(selection.trainable())
                .containsExactly(
                        "model.embed_tokens.weight",
                        "model.layers.0.self_attn.q_proj.weight",
                        "model.layers.2.mlp.down_proj.weight",
                        "lm_head.weight");
        assertThat(selection.origin()).isEqualTo(new SelectionOrigin.Listed());
        assertThat(read(text, Models.tied(3)).trainable()).hasSize(3);
    }

    @Test
    void jsonMadeByHandMayHavePatterns() throws IOException {
        var file = Files.writeString(
                folder.resolve("selection.json"), "{\"trainable\": [\"layers.[01].mlp.*\", \"lm_head\"]}");
        assertThat(SelectionFile.read(file, MODEL).trainable()).hasSize(7);
        assertThat(read("trainable: ['layers.[01].mlp.*', lm_head]", MODEL).trainable())
                .hasSize(7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "unfrozen_parameters: [q_prj] | no parameter 'q_prj' | unfrozen_parameters[0]",
                "unfrozen_parameters: [] | all parameters would be frozen | unfrozen_parameters",
                "unfrozen_parameters: | all parameters would be frozen | unfrozen_parameters",
                "unfrozen_parameters: q_proj | is not a list | unfrozen_parameters",
                "unfrozen_parameters: [7] | 7 is not a name | unfrozen_parameters[0]",
                "base_model: llama | unknown key 'base_model' | --config",
                "- q_proj | not a map | write unfrozen_parameters",
                "`` | the file is empty | write unfrozen_parameters",
                "unfrozen_parameters: [q | not valid YAML | line",
                "{unfrozen_parameters: [q_proj], trainable: [q_proj]} | both | remove one",
            })
    void invalidFileIsAClearError(String text, String what, String more) {
        assertThatThrownBy(() -> read(text, MODEL))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("spectrum.yaml")
                .hasMessageContaining(what)
                .hasMessageContaining(more);
    }
}
