package org.halftune.eval;

/** Hears how a scoring goes on, for people to look at. */
public interface EvalListener {

    /** Hears nothing. */
    EvalListener SILENT = new EvalListener() {};

    /** What a user should know beside the scores. */
    default void notice(String text) {}

    /** A file is read and can be used; its scoring comes next. */
    default void begins() {}

    /**
     * How far it is.
     *
     * @param task what is being done: {@code perplexity} or {@code questions}
     * @param done so many texts or questions of {@code total}
     */
    default void progress(String task, long done, long total) {}
}
