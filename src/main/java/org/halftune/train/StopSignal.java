package org.halftune.train;

/**
 * Asks a run to stop, from another thread: the trainer finishes its step, saves a checkpoint and returns.
 */
public final class StopSignal {
    private volatile boolean requested;

    public void request() {
        requested = true;
    }

    public boolean requested() {
        return requested;
    }
}
