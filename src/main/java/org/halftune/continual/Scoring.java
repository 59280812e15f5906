package org.halftune.continual;

import java.util.OptionalInt;
import org.halftune.problem.InputError;

/**
 * What is scored after a round.
 *
 * @param tasks {@code --eval_tasks}
 * @param most {@code --max_eval_samples}: use only the first test rows of each task; empty: all
 */
public record Scoring(Tasks tasks, OptionalInt most) {

    public Scoring {
        if (most.isPresent() && most.getAsInt() < 1) {
            throw new InputError("--max_eval_samples " + most.getAsInt() + " is below 1", "", "give a number of rows");
        }
    }

    /** Which tasks are scored. */
    public enum Tasks {
        /** The tasks learned so far: enough for OP and BWT. */
        SEEN,
        /** All tasks, also before the first round: needed for FWT. */
        ALL
    }

    /** Whether task i (from 1) is scored after round t (0: before the first). */
    boolean scores(int round, int task) {
        return tasks == Tasks.ALL || task <= round;
    }
}
