package org.halftune.generate;

/** Receives notices and text during generation, for display. */
public interface GenerateListener {

    /** Ignores everything. */
    GenerateListener SILENT = new GenerateListener() {};

    /** A notice for the user. */
    default void notice(String text) {}

    /** Called after model and prompts are loaded and checked, before the first token. */
    default void begins() {}

    /** A piece of generated text, in whole characters. Called only if there is a single prompt. */
    default void wrote(String piece) {}

    /** Called when {@code done} of {@code total} prompts are complete. */
    default void finished(int done, int total) {}
}
