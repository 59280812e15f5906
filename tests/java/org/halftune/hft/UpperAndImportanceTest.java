package org.halftune.hft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterCategory;
import org.halftune.model.ParameterRole;
import org.halftune.model.ParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpperAndImportanceTest {
    @TempDir
    private Path folder;

    @Test
    void upperTrainsTheLayersOfTheTopAndNothingBelow() {
        var upper = Selection.draw(Models.ofLayers(5), new Strategy.Upper(0.5), Freeze.NOTHING, 42, 0);
        for (var spec : upper.specs()) {
            boolean expected = spec.role().inLayer() ? spec.layer() >= 2 : spec.role() != ParameterRole.EMBEDDING;
            assertThat(upper.trains(spec.name())).as(spec.name()).isEqualTo(expected);
        }
        assertThat(Selection.draw(Models.ofLayers(5), new Strategy.Upper(0.5), Freeze.NOTHING, 1, 7))
                .as("seed and round make no difference")
                .isEqualTo(upper);
    }

    @Test
    void upperLeavesATiedHeadFrozen() {
        var upper = Selection.draw(Models.tied(4), new Strategy.Upper(0.25), new Freeze(false, true, true), 42, 0);
        assertThat(upper.trainable()).hasSize(9).allMatch(name -> name.startsWith("model.layers.3."));
    }

    @Test
    void leastImportantLayersOfEachRoleAreTrained() {
        // 4 layers: attention 8 of 16, two of each role; feed-forward 6 of 12, two of each; norms 4 of 8.
        var config = Models.ofLayers(4);
        var scores = scores(
                config,
                Map.of(
                        "model.layers.0.self_attn.q_proj.weight", 4.0,
                        "model.layers.1.self_attn.q_proj.weight", 1.0,
                        "model.layers.2.self_attn.q_proj.weight", 3.0,
                        "model.layers.3.self_attn.q_proj.weight", 2.0));
        var selection = Selection.leastImportant(config, Ratios.all(0.5), new Freeze(true, false, false), scores);
        assertThat(selection.trains("model.layers.1.self_attn.q_proj.weight")).isTrue();
        assertThat(selection.trains("model.layers.3.self_attn.q_proj.weight")).isTrue();
        assertThat(selection.trains("model.layers.0.self_attn.q_proj.weight")).isFalse();
        assertThat(selection.trains("model.layers.2.self_attn.q_proj.weight")).isFalse();
        for (var spec : selection.specs()) {
            if (!spec.role().inLayer() || spec.role() == ParameterRole.QUERY) continue;
            assertThat(selection.trains(spec.name()))
                    .as("equal scores: the lower layers: %s", spec.name())
                    .isEqualTo(spec.layer() < 2);
        }
        assertThat(selection.trains("model.embed_tokens.weight")).isFalse();
        assertThat(selection.trains("lm_head.weight")).isTrue();
    }

    @Test
    void importanceTrainsAsManyMatricesOfACategoryAsADraw() {
        var random = new Random(3);
        for (int i = 0; i < 100; i++) {
            var config = Models.random(random);
            var ratios = new Ratios(random.nextInt(11) / 10.0, random.nextInt(1, 11) / 10.0, random.nextInt(11) / 10.0);
            var scores = scores(config, Map.of());
            var least = Selection.leastImportant(config, ratios, Freeze.NOTHING, scores);
            var drawn = Selection.draw(config, new Strategy.Category(ratios), Freeze.NOTHING, 1, 0);
            for (var category : ParameterCategory.values()) {
                var count = least.countByCategory().get(category);
                var other = drawn.countByCategory().get(category);
                if (count == null || other == null) continue;
                assertThat(count.matricesTrainable())
                        .as("%s of %s", category, ratios)
                        .isEqualTo(other.matricesTrainable());
            }
        }
    }

    @Test
    void newSelectionsAreReadBackWithTheirOrigin() {
        var config = Models.ofLayers(4);
        var file = folder.resolve("selection.json");
        var ratios = new Ratios(0.5, 0.25, 0);
        for (var selection : new Selection[] {
            Selection.draw(config, new Strategy.Category(ratios), Freeze.NOTHING, 3, 1),
            Selection.draw(config, new Strategy.Upper(0.5), Freeze.NOTHING, 3, 1),
            Selection.leastImportant(config, ratios, Freeze.NOTHING, scores(config, Map.of())),
            Selection.matching(config, java.util.List.of("mlp", "norm"), "--train"),
        }) {
            SelectionFile.write(file, selection);
            assertThat(SelectionFile.read(file, config)).isEqualTo(selection);
        }
    }

    private static ImportanceScores scores(LlamaConfig config, Map<String, Double> given) {
        var values = new LinkedHashMap<String, Double>();
        for (var spec : ParameterSpec.all(config)) {
            if (spec.role().inLayer()) values.put(spec.name(), given.getOrDefault(spec.name(), 0.125));
        }
        return new ImportanceScores(new ImportanceScores.Source("source.jsonl", "d1", 12, 42, 1), "taylor", values);
    }
}
