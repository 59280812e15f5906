package org.halftune.train.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.halftune.optim.Schedule;
import org.halftune.problem.InputError;
import org.halftune.train.TestForms;
import org.halftune.train.arguments.TrainingArguments.SchedulerType;
import org.halftune.train.arguments.TrainingArgumentsBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchedulesTest {
    private static final int STEPS = 20;

    private static Schedule schedule(Consumer<TrainingArgumentsBuilder> flags) {
        var form = TestForms.valid();
        flags.accept(form);
        var arguments = form.build();
        return Schedules.of(arguments.scheduling(), arguments.optimizing().learningRate(), STEPS);
    }

    static Stream<Arguments> defaults() {
        return Stream.of(
                given(SchedulerType.COSINE, form -> form.numCycles = 0.5, new Schedule.Cosine(4, STEPS)),
                given(SchedulerType.COSINE, form -> form.numCycles = 1.5, new Schedule.CosineWaves(4, STEPS, 0, 1.5)),
                given(SchedulerType.COSINE_WITH_RESTARTS, form -> {}, new Schedule.CosineWithRestarts(4, STEPS, 1)),
                given(
                        SchedulerType.COSINE_WITH_MIN_LR,
                        form -> form.minLrRate = 0.1,
                        new Schedule.CosineWithMinimum(4, STEPS, 0.1)),
                given(
                        SchedulerType.COSINE_WARMUP_WITH_MIN_LR,
                        form -> form.minLrRate = 0.1,
                        new Schedule.CosineFromRate(4, STEPS, 0.1, 0.5, Double.NaN)),
                given(SchedulerType.POLYNOMIAL, form -> {}, new Schedule.Polynomial(4, STEPS, 1e-7 / 2e-5, 1)),
                given(SchedulerType.INVERSE_SQRT, form -> {}, new Schedule.InverseSquareRoot(4, 4)),
                given(
                        SchedulerType.INVERSE_SQRT,
                        form -> form.warmupSteps = 0,
                        new Schedule.InverseSquareRoot(0, 10_000)),
                given(
                        SchedulerType.WARMUP_STABLE_DECAY,
                        form -> form.numDecaySteps = 8,
                        new Schedule.WarmupStableDecay(4, STEPS, 8, 0)));
    }

    private static Arguments given(SchedulerType curve, Consumer<TrainingArgumentsBuilder> flags, Schedule expected) {
        Consumer<TrainingArgumentsBuilder> all = form -> {
            form.lrSchedulerType = curve;
            form.warmupSteps = 4;
            flags.accept(form);
        };
        return Arguments.of(all, expected);
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("defaults")
    void optionsHaveTheDefaultsOfTransformers(Consumer<TrainingArgumentsBuilder> flags, Schedule expected) {
        assertThat(schedule(flags)).isEqualTo(expected);
    }

    @ParameterizedTest
    @EnumSource(SchedulerType.class)
    void factorsAreBetweenZeroAndOne(SchedulerType curve) {
        var schedule = schedule(form -> {
            form.lrSchedulerType = curve;
            if (curve == SchedulerType.WARMUP_STABLE_DECAY) form.numDecaySteps = 5;
            if (curve.name().contains("MIN_LR")) form.minLrRate = 0.1;
            form.warmupSteps = 3;
        });
        for (int step = 0; step < STEPS; step++)
            assertThat(schedule.factor(step)).isBetween(0.0, 1.0 + 1e-12);
    }

    @Test
    void lrEndMustBeBelowTheLearningRate() {
        assertThatThrownBy(() -> schedule(form -> {
                    form.lrSchedulerType = SchedulerType.POLYNOMIAL;
                    form.lrEnd = 1.0;
                }))
                .isInstanceOf(InputError.class)
                .hasMessageContaining("--lr_end 1.0 is not below --learning_rate");
    }
}
