package org.halftune.train;

import java.nio.file.Path;
import org.halftune.train.checkpoint.TrainerState;
import org.halftune.train.record.MetricsRow;

/** Receives the metrics and checkpoints of a run. */
interface RunRecord {

    /** Adds a row to the metrics. */
    void append(MetricsRow row);

    /** Writes a checkpoint of the current state and returns its folder. */
    Path checkpoint(TrainerState state);
}
