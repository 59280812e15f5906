package org.halftune.hft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.halftune.model.ParameterCategory;
import org.halftune.model.ParameterSpec;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SelectionTest {

    @Test
    void fullTrainsEveryParameterInModelOrder() {
        var config = Models.ofLayers(3);
        var full = Selection.full(config);
        assertThat(full.method()).isEqualTo("fft");
        assertThat(full.trainable())
                .containsExactlyElementsOf(ParameterSpec.all(config).stream()
                        .map(ParameterSpec::name)
                        .toList());
        assertThat(full.count().share()).isEqualTo(1);
    }

    @Test
    void drawnNamesAreInModelOrder() {
        var selection = Selection.draw(Models.ofLayers(7), new Strategy.Model(0.6), Freeze.NOTHING, 1, 1);
        assertThat(selection.method()).isEqualTo("hft");
        assertThat(selection.trainable())
                .containsExactlyElementsOf(selection.specs().stream()
                        .map(ParameterSpec::name)
                        .filter(selection::trains)
                        .toList());
    }

    /** H = 32, query width 32, key and value width 16, F = 88, V = 96. */
    @Test
    void countsParametersNotMatrices() {
        var selection = Models.selection(
                Models.ofLayers(2),
                Set.of(
                        "model.layers.0.self_attn.k_proj.weight",
                        "model.layers.1.self_attn.q_proj.weight",
                        "model.layers.1.mlp.down_proj.weight",
                        "model.layers.1.input_layernorm.weight"));
        int attention = 2 * (2 * 32 * 32 + 2 * 16 * 32);
        int feedForward = 2 * 3 * 88 * 32;
        assertThat(selection.countByCategory())
                .containsEntry(ParameterCategory.EMBEDDING, new ParameterCount(0, 96 * 32, 0, 1))
                .containsEntry(ParameterCategory.ATTENTION, new ParameterCount(16 * 32 + 32 * 32, attention, 2, 8))
                .containsEntry(ParameterCategory.FEED_FORWARD, new ParameterCount(88 * 32, feedForward, 1, 6))
                .containsEntry(ParameterCategory.NORM, new ParameterCount(32, 4 * 32, 1, 4))
                .containsEntry(ParameterCategory.FINAL_NORM, new ParameterCount(0, 32, 0, 1))
                .containsEntry(ParameterCategory.HEAD, new ParameterCount(0, 96 * 32, 0, 1));
        assertThat(selection.count())
                .isEqualTo(new ParameterCount(
                        16 * 32 + 32 * 32 + 88 * 32 + 32, 2 * 96 * 32 + attention + feedForward + 5 * 32, 4, 21));
        assertThat(selection.countByCategory().get(ParameterCategory.ATTENTION))
                .extracting(ParameterCount::share)
                .isEqualTo(0.25); // 2 of 8 matrices, which here are also a quarter of the parameters
    }

    @Test
    void eachFreezeFlagFreezesOnlyItsParameters() {
        var config = Models.ofLayers(2);
        var strategy = new Strategy.Layer(1);
        assertThat(Selection.draw(config, strategy, new Freeze(true, false, false), 0, 0)
                        .trainable())
                .doesNotContain("model.embed_tokens.weight")
                .hasSize(20);
        assertThat(Selection.draw(config, strategy, new Freeze(false, true, false), 0, 0)
                        .trainable())
                .doesNotContain("lm_head.weight")
                .hasSize(20);
        assertThat(Selection.draw(config, strategy, new Freeze(false, false, true), 0, 0)
                        .trainable())
                .doesNotContain("model.norm.weight")
                .hasSize(20);
    }

    @Test
    void tiedHeadFollowsTheEmbeddings() {
        var config = Models.tied(2);
        var strategy = new Strategy.Category(0.5);
        var both = Selection.draw(config, strategy, new Freeze(true, true, false), 0, 0);
        assertThat(both.trains("model.embed_tokens.weight")).isFalse();
        assertThat(both.tiedHead()).isTrue();
        assertThat(both.countByCategory()).doesNotContainKey(ParameterCategory.HEAD);
        assertThat(both.trainable())
                .isEqualTo(Selection.draw(config, strategy, new Freeze(true, false, false), 0, 0)
                        .trainable());
        assertThatThrownBy(() -> Selection.draw(config, strategy, new Freeze(false, true, false), 0, 0))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("embedding matrix")
                .hasMessageContaining("use freeze_embeddings");
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.5, 1.0001, Double.NaN, Double.POSITIVE_INFINITY})
    void ratioOutsideItsRangeIsAnError(double ratio) {
        for (var key : Strategy.KEYS) {
            assertThatThrownBy(() -> Strategy.of(key, ratio))
                    .isInstanceOf(InputError.class)
                    .hasMessageContaining(String.valueOf(ratio));
        }
    }

    @Test
    void mistypedStrategyNamesTheClosestOne() {
        assertThatThrownBy(() -> Strategy.of("catagory", 0.5))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("did you mean 'category'?");
        assertThatThrownBy(() -> Strategy.of("random", 0.5)).hasMessageContaining("category, layer, model");
    }

    @Test
    void negativeRoundIsAnError() {
        assertThatThrownBy(() -> Selection.draw(Models.ofLayers(2), new Strategy.Layer(0.5), Freeze.NOTHING, 0, -1))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("round -1");
    }
}
