package org.halftune.cli;

import java.util.OptionalInt;
import org.halftune.plan.TrainingShape.Memories;
import org.halftune.problem.InputError;

/** {@code plan --gem_tasks}: a step of continual learning with Gradient Episodic Memory. */
final class PlanGem {
    private OptionalInt tasks = OptionalInt.empty();
    private OptionalInt batch = OptionalInt.empty();

    FlagGroup group() {
        return FlagGroup.of(
                "Continual learning with GEM",
                Flag.integer(
                        "gem_tasks",
                        null,
                        value -> tasks = OptionalInt.of(value),
                        "tasks of the sequence: plans its last task, which has a memory of each task before"),
                Flag.integer(
                        "gem_batch",
                        null,
                        value -> batch = OptionalInt.of(value),
                        "rows of each memory that a step reads [per_device_train_batch_size]"));
    }

    /** What a step of the last task reads besides its own rows. */
    Memories memories() {
        if (tasks.isEmpty() && batch.isPresent()) {
            throw new InputError(
                    "--gem_batch has no effect without --gem_tasks", "", "add --gem_tasks, or leave it out");
        }
        if (tasks.isEmpty()) return Memories.NONE;
        if (tasks.getAsInt() < 2) {
            throw new InputError(
                    "--gem_tasks " + tasks.getAsInt() + " gives no memory: the first task has none",
                    "",
                    "give the number of tasks of the sequence, at least 2");
        }
        if (batch.isPresent() && batch.getAsInt() < 1) {
            throw new InputError("--gem_batch " + batch.getAsInt() + " is below 1", "", "give a number of rows");
        }
        return Memories.ofLast(tasks.getAsInt(), batch.orElse(0));
    }
}
