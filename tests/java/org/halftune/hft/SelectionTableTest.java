package org.halftune.hft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class SelectionTableTest {

    @Test
    void showsCategoriesFractionsAndEveryLayer() {
        var selection = Models.selection(
                Models.ofLayers(2),
                Set.of(
                        "model.layers.0.self_attn.q_proj.weight",
                        "model.layers.0.self_attn.v_proj.weight",
                        "model.layers.0.mlp.gate_proj.weight",
                        "model.layers.0.mlp.up_proj.weight",
                        "model.layers.0.input_layernorm.weight",
                        "model.layers.1.mlp.down_proj.weight",
                        "lm_head.weight"));
        assertThat(SelectionTable.of(selection)).isEqualTo("""
                hft, listed by hand

                               matrices        parameters     share
                embeddings       0 /  1        0 /  3,072     0.0 %
                attention        2 /  8    1,536 /  6,144    25.0 %
                feed-forward     3 /  6    8,448 / 16,896    50.0 %
                layer norms      1 /  4       32 /    128    25.0 %
                final norm       0 /  1        0 /     32     0.0 %
                lm head          1 /  1    3,072 /  3,072   100.0 %
                total            7 / 21   13,088 / 29,344    44.6 %

                layer 0   q . v .   gate up .      in .
                layer 1   . . . .   .    .  down   .  .
                """);
    }

    @Test
    void showsTheOriginOfTheSelection() {
        var config = Models.ofLayers(1);
        assertThat(SelectionTable.of(Selection.full(config))).startsWith("fft, all parameters\n");
        assertThat(SelectionTable.of(Selection.draw(config, new Strategy.Model(0.25), Freeze.NOTHING, 42, 3)))
                .startsWith("hft, model 0.25, seed 42, round 3\n");
    }

    @Test
    void tiedHeadIsShownWithTheEmbeddings() {
        assertThat(SelectionTable.of(Selection.full(Models.tied(1))))
                .contains("embeddings = lm head")
                .doesNotContain("\nlm head");
    }

    @Test
    void eightyLayersAreEightyAlignedLines() {
        var table = SelectionTable.of(
                Selection.draw(Models.ofLayers(80), new Strategy.Category(0.5), Freeze.NOTHING, 42, 0));
        assertThat(table.lines().filter(line -> line.matches("layer [ 0-9]\\d .*")))
                .hasSize(80);
        assertThat(table).contains("\nlayer  0   ").contains("\nlayer 79   ");
        assertThat(table.lines())
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(80).doesNotEndWith(" "));
    }
}
