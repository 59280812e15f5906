package org.halftune.hft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterCategory;
import org.halftune.model.ParameterSpec;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionPatternTest {
    private static final LlamaConfig MODEL = Models.ofLayers(12);

    private static Set<String> matched(LlamaConfig config, String... patterns) {
        return Selection.matching(config, List.of(patterns), "--train").trainable();
    }

    @Test
    void issueExampleSelectsTheFeedForwardMatricesOfEightLayers() {
        var selection = Selection.matching(MODEL, List.of("model.layers.[0-7].mlp.*"), "--train");
        assertThat(selection.origin()).isEqualTo(new SelectionOrigin.Matched(List.of("model.layers.[0-7].mlp.*")));
        assertThat(selection.trainable())
                .hasSize(24)
                .allMatch(name -> name.matches("model\\.layers\\.[0-7]\\.mlp\\.(gate|up|down)_proj\\.weight"));
        assertThat(selection
                        .countByCategory()
                        .get(ParameterCategory.FEED_FORWARD)
                        .matricesTrainable())
                .isEqualTo(24);
    }

    @Test
    void patternMatchesWholePartsOfAName() {
        assertThat(matched(MODEL, "model.layers.1")).hasSize(9).noneMatch(name -> name.contains("layers.1" + "0"));
        assertThat(matched(MODEL, "down_proj")).hasSize(12);
        assertThat(matched(MODEL, "self_attn.(q|k)_proj")).hasSize(24);
        assertThat(matched(MODEL, "mlp.down_proj.weight")).hasSize(12);
        assertThat(matched(MODEL, "norm")).containsExactly("model.norm.weight");
        assertThat(matched(MODEL, "layers.(9|1[01]).*norm.*")).hasSize(6);
        assertThat(matched(MODEL, ".*")).hasSize(ParameterSpec.all(MODEL).size());
        assertThat(matched(MODEL, "^lm_head.weight$", "^model.embed_tokens.weight$"))
                .hasSize(2);
        assertThat(matched(MODEL, "lm_head", "lm_head.weight")).containsExactly("lm_head.weight");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "model.layer.[0-3].mlp.* | the pattern 'model.layer.[0-3].mlp.*' matches no parameter | model.layers.0.mlp.gate_proj.weight",
                "nosuch | the model has no parameter 'nosuch' | names are, for example, model.",
                "mlp.gate_prj | the model has no parameter 'mlp.gate_prj' | mlp.gate_proj.weight",
                "model.layers.12.mlp | no parameter 'model.layers.12.mlp' | model.layers.",
                "model.layers.[0-15].mlp | matches one character, not a number | (0|1|2|3|4|5|6|7|8|9|10|11|12|13|14|15)",
                "layers.(3 | is not a regular expression | write one such as",
                "*.mlp.* | is not a regular expression | write '.*.mlp.*'",
                "model.embed_tokens.weight[:32000] | some rows of a parameter | remove [:32000]",
            })
    void invalidPatternIsAClearError(String pattern, String what, String fix) {
        assertThatThrownBy(() -> matched(MODEL, "lm_head", pattern))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("--train")
                .hasMessageContaining(what)
                .hasMessageContaining(fix);
    }

    @Test
    void emptyPatternIsAnError() {
        assertThatThrownBy(() -> matched(MODEL, " "))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("empty");
    }

    @Test
    void tiedHeadMayBeNamedWithTheEmbeddingsOnly() {
        var tied = Models.tied(3);
        assertThat(matched(tied, "^lm_head.weight$", "^model.embed_tokens.weight$"))
                .containsExactly("model.embed_tokens.weight");
        assertThatThrownBy(() -> matched(tied, "lm_head", "mlp"))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("tied");
    }
}
