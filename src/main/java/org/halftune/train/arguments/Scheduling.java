package org.halftune.train.arguments;

import org.halftune.problem.InputError;
import org.halftune.train.arguments.TrainingArguments.SchedulerType;

/**
 * How the learning rate runs over the steps.
 *
 * @param curve {@code --lr_scheduler_type}
 * @param options what shapes it; what the curve does not take is refused
 */
public record Scheduling(SchedulerType curve, Warmup warmup, CurveOptions options) {

    public Scheduling {
        var foreign = options.given().stream()
                .filter(flag -> !curve.takes().contains(flag))
                .toList();
        if (!foreign.isEmpty()) {
            throw new InputError(
                    "--" + foreign.getFirst() + " has no meaning with --lr_scheduler_type " + EnumNames.of(curve),
                    "",
                    curve.takes().isEmpty()
                            ? "leave it out, or choose another curve"
                            : "leave it out; this curve takes --" + String.join(", --", curve.takes()));
        }
        boolean needsMinimum =
                curve == SchedulerType.COSINE_WITH_MIN_LR || curve == SchedulerType.COSINE_WARMUP_WITH_MIN_LR;
        if (needsMinimum
                && options.minimum().isPresent() == options.minimumRate().isPresent()) {
            throw new InputError(
                    "--lr_scheduler_type " + EnumNames.of(curve) + " needs one of --min_lr and --min_lr_rate",
                    "",
                    "for example --min_lr_rate 0.1");
        }
        if (curve == SchedulerType.WARMUP_STABLE_DECAY && options.decaySteps().isEmpty()) {
            throw new InputError(
                    "--lr_scheduler_type warmup_stable_decay needs --num_decay_steps",
                    "",
                    "say over how many of the last steps the learning rate falls");
        }
    }

    /** Warm-up steps of a run of {@code totalSteps}. */
    public int warmupSteps(int totalSteps) {
        return warmup.of(totalSteps);
    }
}
