package org.halftune.hft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.junit.jupiter.api.Test;

class LayerAndModelDrawTest {
    /** The strategies that train all parameters outside the layers by default. */
    private static final List<String> DRAWN = List.of("category", "layer", "model");

    @Test
    void layerLevelTrainsAFractionOfWholeLayers() {
        var random = new Random(11);
        for (int trial = 0; trial < 500; trial++) {
            var config = Models.random(random);
            int percent = 1 + random.nextInt(100);
            var selection = draw(config, new Strategy.Layer(percent / 100.0), random.nextLong(), 0);
            var whole = new HashSet<Integer>();
            for (var spec : selection.specs()) if (selection.trains(spec.name())) whole.add(spec.layer());
            for (var spec : selection.specs()) {
                assertThat(selection.trains(spec.name())).as(spec.name()).isEqualTo(whole.contains(spec.layer()));
            }
            whole.remove(-1);
            int wanted = (config.layers() * percent + 50) / 100; // halves up
            assertThat(whole).hasSize(Math.max(1, wanted));
        }
    }

    @Test
    void everyLayerIsDrawnEquallyOften() {
        var config = Models.ofLayers(5);
        var times = new long[5];
        for (int seed = 0; seed < 5000; seed++) {
            var selection = draw(config, new Strategy.Layer(0.4), seed, 0);
            for (int layer = 0; layer < 5; layer++) {
                if (selection.trains("model.layers." + layer + ".mlp.up_proj.weight")) times[layer]++;
            }
        }
        assertThat(times).satisfies(all -> {
            for (long count : all) assertThat((double) count).isBetween(1860.0, 2140.0); // 2000 ± 4 deviations
        });
    }

    @Test
    void modelLevelApproximatesTheFraction() {
        var random = new Random(13);
        for (int trial = 0; trial < 500; trial++) {
            var config = Models.random(random);
            double ratio = (1 + random.nextInt(100)) / 100.0;
            var selection = draw(config, new Strategy.Model(ratio), random.nextLong(), 0);
            var matrices = selection.specs().stream()
                    .filter(LayerAndModelDrawTest::isLayerMatrix)
                    .toList();
            var count = ParameterCount.of(matrices, spec -> selection.trains(spec.name()));
            long smallestFrozen = matrices.stream()
                    .filter(spec -> !selection.trains(spec.name()))
                    .mapToLong(ParameterSpec::elements)
                    .min()
                    .orElse(0);
            double miss = Math.abs(count.trainable() - ratio * count.total());
            if (count.matricesTrainable() > 1 && smallestFrozen > 0) {
                assertThat(miss)
                        .as("parameters of %s in %s layers", count.total(), config.layers())
                        .isLessThanOrEqualTo(smallestFrozen / 2.0 + 1e-6);
            }
        }
    }

    @Test
    void modelLevelTrainsHalfOfALargeModelToATenthOfAPercent() {
        for (int seed = 0; seed < 50; seed++) {
            var selection = draw(Models.ofLayers(32), new Strategy.Model(0.5), seed, 0);
            var inLayers = selection.specs().stream()
                    .filter(spec -> spec.role().inLayer())
                    .toList();
            var count = ParameterCount.of(inLayers, spec -> selection.trains(spec.name()));
            assertThat(count.share()).isCloseTo(0.5, within(0.001));
        }
    }

    @Test
    void modelLevelDrawsEveryMatrixAboutEquallyOften() {
        var config = Models.ofLayers(8);
        var times = new HashMap<String, Integer>();
        for (int seed = 0; seed < 1000; seed++) {
            for (var name : draw(config, new Strategy.Model(0.5), seed, 0).trainable())
                times.merge(name, 1, Integer::sum);
        }
        for (var spec : ParameterSpec.all(config)) {
            if (spec.role().inLayer())
                assertThat(times.get(spec.name())).as(spec.name()).isBetween(410, 620);
        }
    }

    @Test
    void freezingOutsideTheLayersDoesNotChangeTheirDraw() {
        var config = Models.ofLayers(6);
        for (var key : DRAWN) {
            var strategy = Strategy.of(key, 0.5);
            var free = draw(config, strategy, 9, 2).trainable();
            var frozen = Selection.draw(config, strategy, new Freeze(true, true, true), 9, 2)
                    .trainable();
            assertThat(free)
                    .as(key)
                    .containsAll(frozen)
                    .hasSize(frozen.size() + 3)
                    .contains("model.embed_tokens.weight", "model.norm.weight", "lm_head.weight");
        }
    }

    @Test
    void ratioOneTrainsEverythingAndTheSmallestRatioTrainsSomething() {
        var config = Models.ofLayers(3);
        for (var key : DRAWN) {
            assertThat(draw(config, Strategy.of(key, 1), 5, 0).trainable())
                    .isEqualTo(Selection.full(config).trainable());
            var least = draw(config, Strategy.of(key, Double.MIN_VALUE), 5, 0);
            assertThat(least.specs().stream().filter(spec -> isLayerMatrix(spec) && least.trains(spec.name())))
                    .as(key)
                    .isNotEmpty();
        }
    }

    @Test
    void selectionDependsOnSeedAndRound() {
        var config = Models.ofLayers(24);
        for (var key : Set.of("layer", "model")) {
            var sets = new HashSet<Set<String>>();
            for (int round = 0; round < 50; round++) {
                var drawn = draw(config, Strategy.of(key, 0.5), 42, round);
                assertThat(draw(config, Strategy.of(key, 0.5), 42, round)).isEqualTo(drawn);
                sets.add(drawn.trainable());
            }
            assertThat(sets).as(key).hasSize(50);
        }
    }

    private static boolean isLayerMatrix(ParameterSpec spec) {
        return spec.role().inLayer() && spec.isMatrix();
    }

    private static Selection draw(LlamaConfig config, Strategy strategy, long seed, int round) {
        return Selection.draw(config, strategy, Freeze.NOTHING, seed, round);
    }
}
