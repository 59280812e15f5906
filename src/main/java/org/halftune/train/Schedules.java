package org.halftune.train;

import org.halftune.optim.Schedule;
import org.halftune.problem.InputError;
import org.halftune.train.TrainingArguments.Scheduling;

/** From the flags to the {@link Schedule} of a run whose length is known. */
final class Schedules {
    private Schedules() {}

    static Schedule of(Scheduling flags, double learningRate, int totalSteps) {
        int warmup = flags.warmupSteps(totalSteps);
        return switch (flags.curve()) {
            case CONSTANT -> new Schedule.Constant();
            case CONSTANT_WITH_WARMUP -> new Schedule.ConstantWithWarmup(warmup);
            case LINEAR -> new Schedule.Linear(warmup, totalSteps);
            case COSINE -> new Schedule.Cosine(warmup, totalSteps);
            case COSINE_WITH_MIN_LR ->
                new Schedule.CosineWithMinimum(warmup, totalSteps, minimumShare(flags, learningRate));
            case WARMUP_STABLE_DECAY -> {
                int decay = flags.decaySteps().orElseThrow();
                if ((long) warmup + decay > totalSteps) {
                    throw new InputError(
                            "--num_decay_steps " + decay + " and " + warmup + " warm-up steps are more than the "
                                    + totalSteps + " steps of this run",
                            "",
                            "lower one of them, or train longer");
                }
                yield new Schedule.WarmupStableDecay(
                        warmup, totalSteps, decay, flags.minimumRate().orElse(0));
            }
        };
    }

    private static double minimumShare(Scheduling flags, double learningRate) {
        if (flags.minimum().isEmpty()) return flags.minimumRate().orElseThrow();
        double minimum = flags.minimum().getAsDouble();
        if (minimum > learningRate || learningRate == 0) {
            throw new InputError(
                    "--min_lr " + minimum + " is not below --learning_rate " + learningRate,
                    "",
                    "--min_lr is where the learning rate ends; give a smaller one");
        }
        return minimum / learningRate;
    }
}
