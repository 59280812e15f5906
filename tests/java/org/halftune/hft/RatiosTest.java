package org.halftune.hft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.halftune.model.ParameterCategory;
import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatiosTest {

    @Test
    void numberIsForAllCategoriesAndOtherwiseEachHasItsOwn() {
        assertThat(Ratios.parse("0.3")).isEqualTo(Ratios.all(0.3));
        assertThat(Ratios.parse("attention=0.5,feed_forward=0.3,norm=0")).isEqualTo(new Ratios(0.5, 0.3, 0));
        assertThat(Ratios.parse("feed-forward = 1, Attention=.25")).isEqualTo(new Ratios(0.25, 1, 0.5));
        for (var text : new String[] {"1", "0.25", "attention=0.5,feed_forward=0.3,norm=0", "1.0E-7"}) {
            assertThat(Ratios.parse(text).text()).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "attn=0.5 | no category 'attn'",
                "feed_froward=0.5 | did you mean 'feed_forward'?",
                "lm_head=0.5 | no category 'lm_head'",
                "attention=1.1 | from 0 to 1",
                "attention=-0.1 | from 0 to 1",
                "1.1 | above 0 and up to 1",
                "0 | above 0 and up to 1",
                "attention=0.5,attention=0.4 | name attention once",
                "attention=0.5,0.4 | write category=number",
                "attention=half | give a number",
                "attention= | give a number",
                "attention=0,feed_forward=0,norm=0 | above 0",
            })
    void invalidRatioIsAClearError(String text, String fix) {
        assertThatThrownBy(() -> Ratios.parse(text))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("hft_ratio")
                .hasMessageContaining(fix);
    }

    @Test
    void eachCategoryIsDrawnAsWithItsRatioAlone() {
        var random = new Random(5);
        for (int i = 0; i < 100; i++) {
            var config = Models.random(random);
            var ratios = new Ratios(random.nextInt(11) / 10.0, random.nextInt(1, 11) / 10.0, random.nextInt(11) / 10.0);
            long seed = random.nextLong();
            var drawn = Selection.draw(config, new Strategy.Category(ratios), Freeze.NOTHING, seed, 3);
            for (var category : new ParameterCategory[] {
                ParameterCategory.ATTENTION, ParameterCategory.FEED_FORWARD, ParameterCategory.NORM
            }) {
                double ratio = ratios.of(category);
                if (ratio == 0) {
                    assertThat(drawn.countByCategory().get(category).trainable())
                            .isZero();
                    continue;
                }
                var alone = Selection.draw(config, new Strategy.Category(ratio), Freeze.NOTHING, seed, 3);
                for (var spec : drawn.specs()) {
                    if (spec.role().category() != category) continue;
                    assertThat(drawn.trains(spec.name())).as(spec.name()).isEqualTo(alone.trains(spec.name()));
                }
            }
        }
    }

    @Test
    void onlyStrategiesByCategoryTakeSeveralRatios() {
        for (var key : new String[] {"layer", "model", "upper"}) {
            assertThatThrownBy(() -> Strategy.of(key, new Ratios(0.5, 0.3, 0.5)))
                    .isInstanceOf(InputError.class)
                    .hasMessageContaining(key)
                    .hasMessageContaining("one ratio");
        }
    }
}
