package org.halftune.train.input;

import java.util.ArrayList;
import java.util.List;
import org.halftune.console.Amounts;
import org.halftune.train.arguments.TrainingArguments;

/** Notices about settings that are valid but probably not intended. */
public final class TrainingNotices {
    private TrainingNotices() {}

    public static List<String> of(TrainingPlan plan) {
        var scheduling = plan.arguments().scheduling();
        int steps = plan.totalSteps();
        int warmup = scheduling.warmupSteps(steps);
        List<String> notices = new ArrayList<>();
        if (warmup > 0 && scheduling.curve() == TrainingArguments.SchedulerType.CONSTANT) {
            notices.add("warmup has no effect with --lr_scheduler_type constant; use constant_with_warmup");
        } else if (warmup >= steps) {
            notices.add("warmup takes " + Amounts.counted(warmup, "step") + ", the run has "
                    + Amounts.counted(steps, "step") + ": the learning rate never reaches --learning_rate");
        }
        return notices;
    }
}
