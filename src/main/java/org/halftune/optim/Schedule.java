package org.halftune.optim;

/**
 * How the learning rate runs over the steps of a training: {@code rate(step) = learning_rate · factor(step)}, with steps
 * counted from 0. The formulas are those of {@code transformers.get_scheduler} (transformers 5): warm-up rises linearly
 * from exactly 0, so the first step of a warmed-up run changes nothing.
 *
 * <p>{@link StrictMath} makes the factors the same on every machine.
 */
public sealed interface Schedule {

    /** The share of the learning rate that the update number {@code step}, from 0, uses. Past the end: the last value. */
    double factor(int step);

    /** {@code constant}: 1 throughout. */
    record Constant() implements Schedule {
        @Override
        public double factor(int step) {
            return 1;
        }
    }

    /** {@code constant_with_warmup}. */
    record ConstantWithWarmup(int warmupSteps) implements Schedule {
        @Override
        public double factor(int step) {
            return step < warmupSteps ? warmUp(step, warmupSteps) : 1;
        }
    }

    /** {@code linear}: falls so that it would reach 0 one step after the last. */
    record Linear(int warmupSteps, int totalSteps) implements Schedule {
        @Override
        public double factor(int step) {
            if (step < warmupSteps) return warmUp(step, warmupSteps);
            return Math.max(0, (double) (totalSteps - step) / Math.max(1, totalSteps - warmupSteps));
        }
    }

    /** {@code cosine}: half a wave from 1 to 0. */
    record Cosine(int warmupSteps, int totalSteps) implements Schedule {
        @Override
        public double factor(int step) {
            if (step < warmupSteps) return warmUp(step, warmupSteps);
            return halfWave((double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
        }
    }

    /**
     * {@code cosine_with_min_lr}: half a wave from 1 to {@code minimum}.
     *
     * @param minimum the last factor: {@code min_lr_rate}, or {@code min_lr / learning_rate}
     */
    record CosineWithMinimum(int warmupSteps, int totalSteps, double minimum) implements Schedule {
        @Override
        public double factor(int step) {
            if (step < warmupSteps) return warmUp(step, warmupSteps);
            return above(minimum, halfWave((double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps)));
        }
    }

    /**
     * {@code warmup_stable_decay} with its defaults, a linear warm-up and a cosine decay: rises from {@code minimum} to 1,
     * stays there, and falls to {@code minimum} over the last {@code decaySteps}.
     *
     * @param minimum {@code min_lr_ratio}; here, other than elsewhere, warm-up starts from it
     */
    record WarmupStableDecay(int warmupSteps, int totalSteps, int decaySteps, double minimum) implements Schedule {
        @Override
        public double factor(int step) {
            if (step < warmupSteps) return above(minimum, warmUp(step, warmupSteps));
            int decayFrom = totalSteps - decaySteps;
            if (step < decayFrom) return 1;
            if (step >= totalSteps) return minimum;
            return above(minimum, halfWave((double) (step - decayFrom) / Math.max(1, decaySteps)));
        }
    }

    private static double warmUp(int step, int warmupSteps) {
        return (double) step / Math.max(1, warmupSteps);
    }

    /** 1 at progress 0, 0 at progress 1; beyond 1 (a run that goes on after its end) it stays at 0. */
    private static double halfWave(double progress) {
        return Math.max(0, 0.5 * (1 + StrictMath.cos(Math.PI * Math.min(1, progress))));
    }

    /** {@code share} of the way from {@code minimum} to 1. */
    private static double above(double minimum, double share) {
        return share * (1 - minimum) + minimum;
    }
}
