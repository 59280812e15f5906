package org.halftune.backend;

import java.util.Map;

/** Attributes time to {@link Phase}s. At any moment one phase runs; an op that belongs to another switches and returns. */
public interface Timeline {

    /** Ends the running phase, begins {@code next}, and returns the one that ended. */
    Phase enter(Phase next);

    /** Seconds by phase since the last call; waits for what is queued. */
    Map<Phase, Double> drain();
}
