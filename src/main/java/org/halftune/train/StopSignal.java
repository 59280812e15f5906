package org.halftune.train;

/**
 * A wish to end a run early, asked for by one thread and obeyed by another: the trainer finishes its step, saves, and
 * returns.
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
