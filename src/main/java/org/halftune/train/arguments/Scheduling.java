package org.halftune.train.arguments;

import org.halftune.problem.InputError;
import org.halftune.train.arguments.TrainingArguments.SchedulerType;

/**
 * The learning rate schedule.
 *
 * @param curve {@code --lr_scheduler_type}
 * @param options the curve's options; options of another curve are refused
 */
public record Scheduling(SchedulerType curve, Warmup warmup, CurveOptions options) {

    public Scheduling {
        var foreign = options.given().stream()
                .filter(flag -> !curve.takes().contains(flag))
                .toList();
        if (!foreign.isEmpty()) {
            throw new InputError(
                    "--" + foreign.getFirst() + " cannot be used with --lr_scheduler_type " + EnumNames.of(curve),
                    "",
                    curve.takes().isEmpty()
                            ? "leave it out, or choose another schedule"
                            : "leave it out; this schedule takes --" + String.join(", --", curve.takes()));
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
                    "give the number of decay steps at the end of the run");
        }
    }

    /** Warmup steps of a run of {@code totalSteps}. */
    public int warmupSteps(int totalSteps) {
        return warmup.of(totalSteps);
    }
}
