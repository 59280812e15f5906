package org.halftune.backend.cost;

import org.halftune.backend.Backend;

/**
 * A backend that computes nothing and writes down what another would do. What runs on it is the very code that runs on the other,
 * so that a prediction cannot drift from the program.
 */
public interface CostBackend extends Backend {

    /** All that was asked for since the last call. */
    WorkLog takeLog();
}
