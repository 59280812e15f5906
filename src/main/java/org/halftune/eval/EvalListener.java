package org.halftune.eval;

/** Receives notices and progress of an evaluation, for display. */
public interface EvalListener {

    /** Ignores everything. */
    EvalListener SILENT = new EvalListener() {};

    /** A notice for the user. */
    default void notice(String text) {}

    /** Called after a file is read and checked, before it is scored. */
    default void begins() {}

    /**
     * Progress of a task.
     *
     * @param task {@code perplexity} or {@code questions}
     * @param done number of examples or questions done, of {@code total}
     */
    default void progress(String task, long done, long total) {}
}
