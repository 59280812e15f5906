package org.halftune.train;

import java.nio.file.Path;

/** Where a run leaves its traces. */
interface RunRecord {

    /** Adds a row to the metrics. */
    void append(MetricsRow row);

    /** Makes a checkpoint of the run as it is now. Returns its folder, complete. */
    Path checkpoint(TrainerState state);
}
