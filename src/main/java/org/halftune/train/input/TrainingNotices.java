package org.halftune.train.input;

import java.util.ArrayList;
import java.util.List;
import org.halftune.train.arguments.TrainingArguments;

/** What is legal in a run, and probably not what was meant: told before it begins. */
public final class TrainingNotices {
    private TrainingNotices() {}

    public static List<String> of(TrainingPlan plan) {
        var scheduling = plan.arguments().scheduling();
        int steps = plan.totalSteps();
        int warmup = scheduling.warmupSteps(steps);
        List<String> notices = new ArrayList<>();
        if (warmup > 0 && scheduling.curve() == TrainingArguments.SchedulerType.CONSTANT) {
            notices.add("warm-up has no effect with --lr_scheduler_type constant; constant_with_warmup has one");
        } else if (warmup >= steps) {
            notices.add("warm-up is " + warmup + (warmup == 1 ? " step" : " steps") + ", the run " + steps
                    + ": the learning rate never reaches --learning_rate");
        }
        return notices;
    }
}
