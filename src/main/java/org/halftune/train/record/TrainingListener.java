package org.halftune.train.record;

import java.nio.file.Path;
import org.halftune.session.StepResult;

/** Receives the events of a run. All calls come from the training thread, in order. */
public interface TrainingListener {

    /** Ignores all events. */
    TrainingListener NONE = new TrainingListener() {};

    /** Everything is loaded; called before the first step. */
    default void begins(RunHeader header) {}

    /** A step is done. */
    default void stepped(int step, int totalSteps, StepResult result) {}

    /** A row was written to {@code metrics.jsonl}. */
    default void logged(MetricsRow row) {}

    /** An evaluation has scored {@code done} of {@code total} rows. */
    default void evaluating(int done, int total) {}

    /** A checkpoint is complete. */
    default void saved(Path checkpoint) {}

    /** A line for the user. */
    default void notice(String line) {}
}
