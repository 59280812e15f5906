package org.halftune.train.arguments;

/** The length of the learning rate's warmup. */
public sealed interface Warmup {

    /** {@code --warmup_steps} of at least 1, or 0. */
    record Steps(int count) implements Warmup {}

    /** {@code --warmup_ratio}, or {@code --warmup_steps} below 1: a fraction of all steps, rounded up as in transformers. */
    record Share(double ratio) implements Warmup {}

    default int of(int totalSteps) {
        return switch (this) {
            case Steps(int count) -> count;
            case Share(double ratio) -> (int) Math.ceil(totalSteps * ratio);
        };
    }
}
