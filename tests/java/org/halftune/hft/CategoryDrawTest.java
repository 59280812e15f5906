package org.halftune.hft;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterCategory;
import org.halftune.model.ParameterRole;
import org.halftune.model.ParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CategoryDrawTest {

    @ParameterizedTest(name = "{0} layers")
    @ValueSource(ints = {1, 2, 3, 5, 16, 30, 31, 32, 80})
    void ratioHalfIsThePapersRule(int layers) {
        for (int round = 0; round < 20; round++) {
            var selection = draw(Models.ofLayers(layers), 0.5, 42, round);
            int two = 0;
            for (int layer = 0; layer < layers; layer++) {
                assertThat(trained(selection, ParameterCategory.ATTENTION, layer))
                        .isEqualTo(2);
                assertThat(trained(selection, ParameterCategory.NORM, layer)).isEqualTo(1);
                int feedForward = trained(selection, ParameterCategory.FEED_FORWARD, layer);
                assertThat(feedForward).isBetween(1, 2);
                if (feedForward == 2) two++;
            }
            assertThat(two).as("layers that train 2 of 3").isEqualTo((layers + 1) / 2);
            assertThat(selection.trainable())
                    .contains("model.embed_tokens.weight", "model.norm.weight", "lm_head.weight");
        }
    }

    @Test
    void countsAreExactAndEvenForAnyModelAndRatio() {
        var random = new Random(7);
        for (int trial = 0; trial < 1500; trial++) {
            var config = Models.random(random);
            int percent = 1 + random.nextInt(100);
            var selection = draw(config, percent / 100.0, random.nextLong(), random.nextInt(1000));
            for (var category :
                    Set.of(ParameterCategory.ATTENTION, ParameterCategory.FEED_FORWARD, ParameterCategory.NORM)) {
                int each = matricesOfALayer(category);
                int all = each * config.layers();
                int total = 0;
                for (int layer = 0; layer < config.layers(); layer++) {
                    int count = trained(selection, category, layer);
                    assertThat(count)
                            .as("%s of layer %s/%s at %s %%", category, layer, config.layers(), percent)
                            .isBetween(each * percent / 100, (each * percent + 99) / 100);
                    total += count;
                }
                int wanted = new BigDecimal(percent * all)
                        .movePointLeft(2)
                        .setScale(0, RoundingMode.HALF_UP)
                        .intValueExact();
                assertThat(total)
                        .as("%s at %s %% of %s", category, percent, all)
                        .isEqualTo(Math.max(1, wanted));
            }
        }
    }

    @Test
    void ratioOneTrainsEverything() {
        for (int layers = 1; layers <= 9; layers++) {
            var config = Models.ofLayers(layers);
            assertThat(draw(config, 1, 3, 0).trainable())
                    .isEqualTo(Selection.full(config).trainable());
        }
    }

    @Test
    void smallestRatioTrainsOneMatrixPerCategory() {
        var counts = draw(Models.ofLayers(3), 1e-9, 3, 0).countByCategory();
        assertThat(counts.values())
                .extracting(ParameterCount::matricesTrainable)
                .containsOnly(1);
    }

    @Test
    void selectionDependsOnSeedAndRound() {
        var config = Models.ofLayers(12);
        var sets = new HashSet<Set<String>>();
        for (int seed = 0; seed < 30; seed++) {
            for (int round = 0; round < 30; round++) {
                var drawn = draw(config, 0.5, seed, round);
                assertThat(draw(config, 0.5, seed, round)).isEqualTo(drawn);
                sets.add(drawn.trainable());
            }
        }
        assertThat(sets).hasSize(900);
    }

    @Test
    void everyMatrixIsDrawnEquallyOften() {
        var config = Models.ofLayers(3);
        int draws = 4000;
        for (var spec : ParameterSpec.all(config)) {
            if (!spec.role().inLayer()) continue;
            long times = 0;
            for (int seed = 0; seed < draws; seed++)
                if (draw(config, 0.5, seed, 0).trains(spec.name())) times++;
            // 3 layers have 9 feed-forward matrices: 4.5, rounded to 5, are trained.
            double share = spec.role().category() == ParameterCategory.FEED_FORWARD ? 5.0 / 9 : 0.5;
            double fourDeviations = 4 * Math.sqrt(draws * share * (1 - share));
            assertThat((double) times)
                    .as(spec.name())
                    .isBetween(draws * share - fourDeviations, draws * share + fourDeviations);
        }
    }

    @Test
    void everyPairOfAttentionMatricesIsDrawnEquallyOften() {
        var config = Models.ofLayers(4);
        var seen = new HashMap<Set<ParameterRole>, Long>();
        for (int round = 0; round < 1500; round++) {
            var selection = draw(config, 0.5, 1, round);
            for (int layer = 0; layer < 4; layer++) {
                var roles = learning(selection, ParameterCategory.ATTENTION, layer);
                seen.merge(roles, 1L, Long::sum);
            }
        }
        assertThat(seen).hasSize(6);
        assertThat(DrawStreamTest.chiSquareP(
                        seen.values().stream().mapToLong(x -> x).toArray()))
                .isGreaterThan(1e-3);
    }

    @Test
    void neighbouringLayersAreDrawnIndependently() {
        var config = Models.ofLayers(2);
        long same = 0;
        for (int seed = 0; seed < 6000; seed++) {
            var selection = draw(config, 0.5, seed, 0);
            if (learning(selection, ParameterCategory.ATTENTION, 0)
                    .equals(learning(selection, ParameterCategory.ATTENTION, 1))) {
                same++;
            }
        }
        assertThat((double) same).as("of 6000, a sixth expected").isBetween(880.0, 1120.0);
    }

    private static Selection draw(LlamaConfig config, double ratio, long seed, int round) {
        return Selection.draw(config, new Strategy.Category(ratio), Freeze.NOTHING, seed, round);
    }

    private static int trained(Selection selection, ParameterCategory category, int layer) {
        return learning(selection, category, layer).size();
    }

    private static Set<ParameterRole> learning(Selection selection, ParameterCategory category, int layer) {
        return selection.specs().stream()
                .filter(spec -> spec.layer() == layer && spec.role().category() == category)
                .filter(spec -> selection.trains(spec.name()))
                .map(ParameterSpec::role)
                .collect(Collectors.toSet());
    }

    private static int matricesOfALayer(ParameterCategory category) {
        int count = 0;
        for (var role : ParameterRole.values()) if (role.category() == category) count++;
        return count;
    }
}
