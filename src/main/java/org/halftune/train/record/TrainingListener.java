package org.halftune.train.record;

import java.nio.file.Path;
import org.halftune.session.StepResult;

/** Watches a run: progress bars, tables and tests. All calls come from the training thread, in order. */
public interface TrainingListener {

    /** Nobody watches. */
    TrainingListener NONE = new TrainingListener() {};

    /** Everything is loaded; the first step follows. */
    default void begins(RunHeader header) {}

    /** A step is done. */
    default void stepped(int step, int totalSteps, StepResult result) {}

    /** A row was written to {@code metrics.jsonl}. */
    default void logged(MetricsRow row) {}

    /** An evaluation has scored {@code done} of {@code total} rows. */
    default void evaluating(int done, int total) {}

    /** A checkpoint is complete. */
    default void saved(Path checkpoint) {}

    /** Something the user should know, in one line. */
    default void notice(String line) {}
}
