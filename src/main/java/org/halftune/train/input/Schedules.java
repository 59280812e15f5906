package org.halftune.train.input;

import org.halftune.console.Amounts;
import org.halftune.optim.Schedule;
import org.halftune.problem.InputError;
import org.halftune.train.arguments.CurveOptions;
import org.halftune.train.arguments.Scheduling;

/** Creates the {@link Schedule} of a run from its flags and number of steps. */
final class Schedules {
    /** Defaults of transformers. */
    private static final double LR_END = 1e-7;

    private static final int TIMESCALE = 10_000;

    private Schedules() {}

    static Schedule of(Scheduling flags, double learningRate, int totalSteps) {
        int warmup = flags.warmupSteps(totalSteps);
        var options = flags.options();
        return switch (flags.curve()) {
            case CONSTANT -> new Schedule.Constant();
            case CONSTANT_WITH_WARMUP -> new Schedule.ConstantWithWarmup(warmup);
            case LINEAR -> new Schedule.LinearDecay(warmup, totalSteps);
            case COSINE ->
                cycles(options) == Schedule.HALF_A_WAVE
                        ? new Schedule.Cosine(warmup, totalSteps)
                        : new Schedule.CosineWaves(warmup, totalSteps, 0, cycles(options));
            case COSINE_WITH_RESTARTS ->
                new Schedule.CosineWithRestarts(
                        warmup, totalSteps, options.cycles().orElse(1));
            case COSINE_WITH_MIN_LR -> {
                double minimum = minimumShare(options, learningRate);
                yield cycles(options) == Schedule.HALF_A_WAVE
                        ? new Schedule.CosineWithMinimum(warmup, totalSteps, minimum)
                        : new Schedule.CosineWaves(warmup, totalSteps, minimum, cycles(options));
            }
            case COSINE_WARMUP_WITH_MIN_LR ->
                new Schedule.CosineFromRate(
                        warmup,
                        totalSteps,
                        minimumShare(options, learningRate),
                        cycles(options),
                        options.warmupRate().orElse(Double.NaN));
            case POLYNOMIAL ->
                new Schedule.Polynomial(
                        warmup,
                        totalSteps,
                        end(options, learningRate),
                        options.power().orElse(1));
            case INVERSE_SQRT ->
                new Schedule.InverseSquareRoot(warmup, options.timescale().orElse(warmup == 0 ? TIMESCALE : warmup));
            case WARMUP_STABLE_DECAY -> {
                int decay = options.decaySteps().orElseThrow();
                yield new Schedule.WarmupStableDecay(
                        warmup,
                        options.stableSteps().orElseGet(() -> stable(warmup, decay, totalSteps)),
                        decay,
                        options.minimumRate().orElse(0),
                        options.warmup().orElse(Schedule.Ramp.LINEAR),
                        options.decay().orElse(Schedule.Ramp.COSINE),
                        cycles(options));
            }
        };
    }

    private static double cycles(CurveOptions options) {
        return options.cycles().orElse(Schedule.HALF_A_WAVE);
    }

    /** The steps between warmup and decay. */
    private static int stable(int warmup, int decay, int totalSteps) {
        if ((long) warmup + decay <= totalSteps) return totalSteps - warmup - decay;
        throw new InputError(
                "--num_decay_steps " + decay + " and " + Amounts.counted(warmup, "warmup step")
                        + " are more than this run's " + Amounts.counted(totalSteps, "step"),
                "",
                "lower one of them, or train longer");
    }

    private static double end(CurveOptions options, double learningRate) {
        double end = options.end().orElse(LR_END);
        if (end < learningRate) return end / learningRate;
        throw new InputError(
                "--lr_end " + end + " is not below --learning_rate " + learningRate,
                "",
                "give a smaller --lr_end; it is the final learning rate");
    }

    private static double minimumShare(CurveOptions options, double learningRate) {
        if (options.minimum().isEmpty()) return options.minimumRate().orElseThrow();
        double minimum = options.minimum().getAsDouble();
        if (minimum > learningRate || learningRate == 0) {
            throw new InputError(
                    "--min_lr " + minimum + " is not below --learning_rate " + learningRate,
                    "",
                    "give a smaller --min_lr; it is the final learning rate");
        }
        return minimum / learningRate;
    }
}
