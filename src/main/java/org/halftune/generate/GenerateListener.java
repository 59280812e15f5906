package org.halftune.generate;

/** Hears of texts while they are written, for people to look at. */
public interface GenerateListener {

    /** Hears nothing. */
    GenerateListener SILENT = new GenerateListener() {};

    /** What a user should know beside the text. */
    default void notice(String text) {}

    /** Model and prompts are read and can be used; the first token comes next. */
    default void begins() {}

    /**
     * A piece of text, in whole characters, as it is written. Only of a prompt that is alone: of several, which are written
     * side by side, nothing is told.
     */
    default void wrote(String piece) {}

    /** So many of the prompts are continued to their ends. */
    default void finished(int done, int total) {}
}
