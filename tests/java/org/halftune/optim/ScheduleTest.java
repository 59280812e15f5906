package org.halftune.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.halftune.optim.Schedule.Ramp;
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
                        new Schedule.LinearDecay(4, 20),
                        new double[] {0, .25, .75, 1, .9375, .5625, .5, .1875, .0625, 0}),
                Arguments.of(
                        new Schedule.LinearDecay(0, 20), new double[] {1, .95, .85, .8, .75, .45, .4, .15, .05, 0}),
                Arguments.of(new Schedule.LinearDecay(30, 20), new double[] {
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
                        new double[] {.1, .325, .775, 1, 1, 1, 1, 0.3777924554357096, 0.13425421036992097, .1}),
                Arguments.of(new Schedule.CosineWaves(4, 20, 0, 1.5), new double[] {
                    0,
                    0.25,
                    0.75,
                    1,
                    0.9157348061512727,
                    0.2222148834901989,
                    0.4999999999999999,
                    0.5975451610080644,
                    0.08426519384872744,
                    0
                }),
                Arguments.of(new Schedule.CosineWaves(4, 20, 0.1, 1), new double[] {
                    0,
                    0.25,
                    0.75,
                    1,
                    0.9657457896300791,
                    0.13425421036992097,
                    0.1,
                    0.7222075445642905,
                    0.965745789630079,
                    1
                }),
                Arguments.of(new Schedule.CosineWithRestarts(4, 20, 1), new double[] {
                    0,
                    0.25,
                    0.75,
                    1,
                    0.9903926402016152,
                    0.5975451610080642,
                    0.5,
                    0.08426519384872733,
                    0.009607359798384785,
                    0
                }),
                Arguments.of(new Schedule.CosineWithRestarts(4, 20, 3), new double[] {
                    0,
                    0.25,
                    0.75,
                    1,
                    0.9157348061512727,
                    0.7777851165098011,
                    0.5,
                    0.5975451610080642,
                    0.08426519384872733,
                    0
                }),
                Arguments.of(new Schedule.CosineFromRate(4, 20, 0.1, 0.5, Double.NaN), new double[] {
                    0.25,
                    0.5,
                    1,
                    0.9913533761814537,
                    0.9657457896300791,
                    0.55,
                    0.4622093550927423,
                    0.13425421036992097,
                    0.1,
                    0.10864662381854631
                }),
                Arguments.of(new Schedule.CosineFromRate(4, 20, 0.1, 0.5, 0.2), new double[] {
                    0.2,
                    0.4666666666666667,
                    1,
                    0.9913533761814537,
                    0.9657457896300791,
                    0.55,
                    0.4622093550927423,
                    0.13425421036992097,
                    0.1,
                    0.10864662381854631
                }),
                Arguments.of(new Schedule.CosineFromRate(0, 20, 0, 0.5, Double.NaN), new double[] {
                    0.9938441702975689,
                    0.9755282581475768,
                    0.9045084971874737,
                    0.8535533905932737,
                    0.7938926261462366,
                    0.34549150281252633,
                    0.2730047501302266,
                    0.024471741852423234,
                    0,
                    0.006155829702431115
                }),
                Arguments.of(new Schedule.Polynomial(4, 20, 1e-4, 1), new double[] {
                    0,
                    0.25,
                    0.75,
                    1,
                    0.9375062499999999,
                    0.5625437499999999,
                    0.5000499999999999,
                    0.18758125,
                    0.06259375,
                    1e-4
                }),
                Arguments.of(new Schedule.Polynomial(4, 20, 0.1, 2), new double[] {
                    0,
                    0.25,
                    0.75,
                    1,
                    0.891015625,
                    0.38476562499999994,
                    0.32499999999999996,
                    0.131640625,
                    0.10351562500000001,
                    0.1
                }),
                Arguments.of(new Schedule.Polynomial(30, 20, 1e-4, 1), new double[] {
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
                Arguments.of(new Schedule.InverseSquareRoot(4, 4), new double[] {
                    0,
                    0.25,
                    0.75,
                    1,
                    0.8944271909999159,
                    0.6030226891555273,
                    0.5773502691896258,
                    0.48507125007266594,
                    0.4588314677411235,
                    0.4472135954999579
                }),
                Arguments.of(new Schedule.InverseSquareRoot(0, 10_000), new double[] {
                    1,
                    0.9999500037496877,
                    0.9998500337415648,
                    0.9998000599800071,
                    0.9997500937109545,
                    0.9994504533344625,
                    0.9994005394605663,
                    0.9991510822169677,
                    0.9990513516101199,
                    0.9990014975043671
                }),
                Arguments.of(new Schedule.InverseSquareRoot(4, 10), new double[] {
                    0,
                    0.25,
                    0.75,
                    1,
                    0.9534625892455922,
                    0.7669649888473704,
                    0.7453559924999299,
                    0.6593804733957871,
                    0.6324555320336759,
                    0.6201736729460422
                }),
                Arguments.of(
                        new Schedule.WarmupStableDecay(4, 5, 8, 0.1, Ramp.LINEAR, Ramp.COSINE, 0.5),
                        new double[] {0.1, 0.325, 0.775, 1, 1, 0.8681980515339464, 0.7222075445642904, 0.1, 0.1, 0.1}),
                Arguments.of(
                        new Schedule.WarmupStableDecay(4, 8, 8, 0, Ramp.COSINE, Ramp.LINEAR, 0.5),
                        new double[] {0, 0.1464466094067262, 0.8535533905932737, 1, 1, 1, 1, 0.375, 0.125, 0}),
                Arguments.of(
                        new Schedule.WarmupStableDecay(4, 8, 8, 0.1, Ramp.ONE_MINUS_SQRT, Ramp.ONE_MINUS_SQRT, 0.5),
                        new double[] {
                            0.1, 0.22057713659400527, 0.55, 1, 1, 1, 1, 0.2884875264621146, 0.15812708797586322, 0.1
                        }),
                Arguments.of(
                        new Schedule.WarmupStableDecay(4, 8, 8, 0, Ramp.LINEAR, Ramp.COSINE, 1.5),
                        new double[] {0, 0.25, 0.75, 1, 1, 1, 1, 0.9619397662556433, 0.3086582838174551, 0}));
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
                "linear", new Schedule.LinearDecay(warmup, total),
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
    void scheduleWithoutStepsHasFiniteFactors() {
        Stream.of(
                        new Schedule.LinearDecay(0, 0),
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
