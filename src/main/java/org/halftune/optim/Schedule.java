package org.halftune.optim;

/**
 * Learning rate schedules: {@code rate(step) = learning_rate · factor(step)}, with steps counted from 0. The formulas are those of
 * {@code transformers.get_scheduler} (transformers 5). Warmup rises linearly from exactly 0, so the first step changes nothing.
 *
 * <p>Uses {@link StrictMath}, so the factors are the same on every machine.
 */
public sealed interface Schedule {

    /** The factor of the learning rate at {@code step}, from 0. After the end: the last value. */
    double factor(int step);

    /** {@code constant}: always 1. */
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

    /** {@code linear}: falls to 0, which it would reach one step after the last. */
    record LinearDecay(int warmupSteps, int totalSteps) implements Schedule {
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
     * {@code cosine} and {@code cosine_with_min_lr} with a number of waves other than 0.5, between 1 and {@code minimum}.
     *
     * @param cycles {@code num_cycles}: whole waves
     */
    record CosineWaves(int warmupSteps, int totalSteps, double minimum, double cycles) implements Schedule {
        @Override
        public double factor(int step) {
            if (step < warmupSteps) return warmUp(step, warmupSteps);
            return Math.max(0, above(minimum, wave(cycles, progress(step, warmupSteps, totalSteps))));
        }
    }

    /**
     * {@code cosine_with_restarts}: half waves from 1 to 0, each of which restarts at 1.
     *
     * @param cycles {@code num_cycles}: how many half waves
     */
    record CosineWithRestarts(int warmupSteps, int totalSteps, double cycles) implements Schedule {
        @Override
        public double factor(int step) {
            if (step < warmupSteps) return warmUp(step, warmupSteps);
            double progress = progress(step, warmupSteps, totalSteps);
            return progress >= 1 ? 0 : Math.max(0, 0.5 * (1 + StrictMath.cos(Math.PI * (cycles * progress % 1))));
        }
    }

    /**
     * {@code cosine_warmup_with_min_lr}: like {@code cosine_with_min_lr}, but one step ahead, so that the first step has a rate above
     * 0.
     *
     * @param start {@code warmup_lr_rate}: the first factor; NaN: {@code 1 / warmupSteps}
     */
    record CosineFromRate(int warmupSteps, int totalSteps, double minimum, double cycles, double start)
            implements Schedule {
        @Override
        public double factor(int step) {
            if (step < warmupSteps) {
                if (Double.isNaN(start)) return (step + 1.0) / Math.max(1, warmupSteps);
                return start + (1 - start) * step / Math.max(1, warmupSteps - 1);
            }
            return Math.max(0, above(minimum, wave(cycles, progress(step + 1, warmupSteps, totalSteps))));
        }
    }

    /**
     * {@code polynomial}: from 1 to {@code end}, following the remaining fraction to the {@code power}.
     *
     * @param end {@code lr_end / learning_rate}
     */
    record Polynomial(int warmupSteps, int totalSteps, double end, double power) implements Schedule {
        @Override
        public double factor(int step) {
            if (step < warmupSteps) return warmUp(step, warmupSteps);
            if (step > totalSteps) return end;
            double left = 1 - progress(step, warmupSteps, totalSteps);
            return (1 - end) * StrictMath.pow(left, power) + end;
        }
    }

    /** {@code inverse_sqrt}: {@code 1/√((step + timescale − warmupSteps) / timescale)}. */
    record InverseSquareRoot(int warmupSteps, int timescale) implements Schedule {
        @Override
        public double factor(int step) {
            if (step < warmupSteps) return warmUp(step, warmupSteps);
            return 1 / Math.sqrt(((double) step + timescale - warmupSteps) / timescale);
        }
    }

    /** The curve of a phase of {@link WarmupStableDecay}. */
    enum Ramp {
        LINEAR,
        COSINE,
        ONE_MINUS_SQRT
    }

    /**
     * {@code warmup_stable_decay}: rises from {@code minimum} to 1, stays there for {@code stableSteps}, falls to {@code minimum} over
     * {@code decaySteps}, and stays there.
     *
     * @param minimum {@code min_lr_ratio}; unlike in the other schedules, warmup starts from it
     * @param cycles {@code num_cycles}: waves of a cosine decay
     */
    record WarmupStableDecay(
            int warmupSteps, int stableSteps, int decaySteps, double minimum, Ramp warmup, Ramp decay, double cycles)
            implements Schedule {

        /** The defaults of transformers: linear warmup, and decay by half a cosine wave. */
        public WarmupStableDecay(int warmupSteps, int totalSteps, int decaySteps, double minimum) {
            this(
                    warmupSteps,
                    totalSteps - warmupSteps - decaySteps,
                    decaySteps,
                    minimum,
                    Ramp.LINEAR,
                    Ramp.COSINE,
                    HALF_A_WAVE);
        }

        @Override
        public double factor(int step) {
            if (step < warmupSteps) return Math.max(0, above(minimum, rise(warmUp(step, warmupSteps))));
            int into = step - warmupSteps - stableSteps;
            if (into < 0) return 1;
            if (into >= decaySteps) return minimum;
            return Math.max(0, above(minimum, fall((double) into / Math.max(1, decaySteps))));
        }

        private double rise(double progress) {
            return switch (warmup) {
                case LINEAR -> progress;
                case COSINE -> 0.5 * (1 - StrictMath.cos(Math.PI * progress));
                case ONE_MINUS_SQRT -> 1 - Math.sqrt(1 - progress);
            };
        }

        private double fall(double progress) {
            return switch (decay) {
                case LINEAR -> 1 - progress;
                case COSINE -> wave(cycles, progress);
                case ONE_MINUS_SQRT -> 1 - Math.sqrt(progress);
            };
        }
    }

    double HALF_A_WAVE = 0.5;

    /** From 0 at the end of warmup to 1 at the end of the run. */
    private static double progress(int step, int warmupSteps, int totalSteps) {
        return ((double) step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
    }

    /** {@code cycles} cosine waves, starting at 1. */
    private static double wave(double cycles, double progress) {
        return 0.5 * (1 + StrictMath.cos(Math.PI * cycles * 2 * progress));
    }

    private static double warmUp(int step, int warmupSteps) {
        return (double) step / Math.max(1, warmupSteps);
    }

    /** 1 at progress 0, 0 from progress 1 on. */
    private static double halfWave(double progress) {
        return Math.max(0, 0.5 * (1 + StrictMath.cos(Math.PI * Math.min(1, progress))));
    }

    /** Linear interpolation from {@code minimum} to 1. */
    private static double above(double minimum, double share) {
        return share * (1 - minimum) + minimum;
    }
}
