package org.halftune.train;

import java.nio.file.Path;
import java.util.Optional;

/** How a run ended. */
public sealed interface Outcome {

    /** All steps are done. */
    record Finished(MetricsRow.Summary summary) implements Outcome {}

    /**
     * A {@link StopSignal} ended it early.
     *
     * @param checkpoint from where {@code --resume_from_checkpoint} continues; empty if no step was done
     */
    record Stopped(int step, Optional<Path> checkpoint) implements Outcome {}
}
