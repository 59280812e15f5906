package org.halftune.train;

import java.nio.file.Path;
import org.halftune.train.checkpoint.TrainerState;
import org.halftune.train.record.MetricsRow;

/** Where a run leaves its traces. */
interface RunRecord {

    /** Adds a row to the metrics. */
    void append(MetricsRow row);

    /** Makes a checkpoint of the run as it is now. Returns its folder, complete. */
    Path checkpoint(TrainerState state);
}
