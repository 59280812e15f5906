package org.halftune.backend.cost;

import org.halftune.backend.Backend;

/**
 * A backend that computes nothing and logs the work of another. The program's own code runs on it, so a prediction cannot drift
 * from the program.
 */
public interface CostBackend extends Backend {

    /** All work since the last call. */
    WorkLog takeLog();
}
