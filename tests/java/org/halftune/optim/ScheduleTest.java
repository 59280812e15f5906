package org.halftune.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Schedules against {@code transformers.get_scheduler} (5.18). */
class ScheduleTest {
    /** The steps at which {@link #ofTransformers} holds factors; 20 is one past the last. */
    private static final int[] STEPS = {0, 1, 3, 4, 5, 11, 12, 17, 19, 20};

    /**
     * Made with
     * <pre>
     * o = torch.optim.SGD([torch.zeros(1)], lr=1.0)
     * s = transformers.get_scheduler(name, o, 4, 20, kwargs)
     * [s.lr_lambdas[0](i) for i in (0, 1, 3, 4, 5, 11, 12, 17, 19, 20)]
     * </pre>
     */
    static Stream<Arguments> ofTransformers() {
        return Stream.of(
                Arguments.of(new Schedule.Constant(), new double[] {1, 1, 1, 1, 1, 1, 1, 1, 1, 1}),
                Arguments.of(new Schedule.ConstantWithWarmup(4), new double[] {0, .25, .75, 1, 1, 1, 1, 1, 1, 1}),
                Arguments.of(
                        new Schedule.Linear(4, 20), new double[] {0, .25, .75, 1, .9375, .5625, .5, .1875, .0625, 0}),
                Arguments.of(new Schedule.Linear(0, 20), new double[] {1, .95, .85, .8, .75, .45, .4, .15, .05, 0}),
                Arguments.of(new Schedule.Linear(30, 20), new double[] {
                    0,
                    0.03333333333333333,
                    0.1,
                    0.13333333333333333,
                    0.16666666666666666,
                    0.36666666666666664,
                    0.4,
                    0.5666666666666667,
                    0.6333333333333333,
                    0.6666666666666666
                }),
                Arguments.of(new Schedule.Cosine(4, 20), new double[] {
                    0,
                    .25,
                    .75,
                    1,
                    0.9903926402016152,
                    0.5975451610080642,
                    .5,
                    0.08426519384872733,
                    0.009607359798384785,
                    0
                }),
                Arguments.of(new Schedule.CosineWithMinimum(4, 20, 0.1), new double[] {
                    0,
                    .25,
                    .75,
                    1,
                    0.9913533761814537,
                    0.6377906449072578,
                    .55,
                    0.1758386744638546,
                    0.10864662381854631,
                    .1
                }),
                Arguments.of(
                        new Schedule.WarmupStableDecay(4, 20, 8, 0),
                        new double[] {0, .25, .75, 1, 1, 1, 1, 0.30865828381745514, 0.03806023374435663, 0}),
                Arguments.of(
                        new Schedule.WarmupStableDecay(4, 20, 8, 0.1),
                        new double[] {.1, .325, .775, 1, 1, 1, 1, 0.3777924554357096, 0.13425421036992097, .1}));
    }

    @ParameterizedTest
    @MethodSource("ofTransformers")
    void factorsAreThoseOfTransformers(Schedule schedule, double[] expected) {
        for (int i = 0; i < STEPS.length; i++) {
            assertThat(schedule.factor(STEPS[i]))
                    .as("%s at step %d", schedule, STEPS[i])
                    .isCloseTo(expected[i], within(1e-15));
        }
    }

    @Test
    void learningRatesAreThoseOfTheFixture() throws IOException {
        var fixture = fixture();
        double rate = fixture.get("base_lr").asDouble();
        int warmup = fixture.get("warmup_steps").asInt();
        int total = fixture.get("total_steps").asInt();
        var schedules = Map.of(
                "linear", new Schedule.Linear(warmup, total),
                "cosine", new Schedule.Cosine(warmup, total),
                "constant_with_warmup", new Schedule.ConstantWithWarmup(warmup));

        var rates = fixture.get("lr");
        assertThat(rates.propertyNames()).containsExactlyInAnyOrderElementsOf(schedules.keySet());
        schedules.forEach((name, schedule) -> {
            var expected = rates.get(name);
            assertThat(expected.size()).isEqualTo(total);
            for (int step = 0; step < total; step++) {
                assertThat(rate * schedule.factor(step))
                        .as("%s at step %d", name, step)
                        .isCloseTo(expected.get(step).asDouble(), within(1e-18));
            }
        });
    }

    @Test
    void aRunWithoutStepsHasFiniteFactors() {
        Stream.of(
                        new Schedule.Linear(0, 0),
                        new Schedule.Cosine(0, 0),
                        new Schedule.CosineWithMinimum(0, 0, 0.1),
                        new Schedule.WarmupStableDecay(0, 0, 0, 0.1))
                .forEach(schedule -> assertThat(schedule.factor(0)).isBetween(0.0, 1.0));
    }

    private static JsonNode fixture() throws IOException {
        try (var file = ScheduleTest.class.getResourceAsStream("/fixtures/schedules.json")) {
            return JsonMapper.shared().readTree(Objects.requireNonNull(file));
        }
    }
}
