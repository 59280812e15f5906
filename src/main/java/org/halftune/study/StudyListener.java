package org.halftune.study;

/** Receives the events of a study, from several threads. */
public interface StudyListener {

    /** A line for the user. */
    void notice(String line);

    /** All inputs are checked; called before a device computes. */
    default void begins() {}

    /**
     * Steps of training.
     *
     * @param done steps done, of {@code total} over all cells
     * @param finishedCells cells finished, of {@code cells}
     */
    default void stepped(long done, long total, int finishedCells, int cells) {}

    /**
     * A cell is finished and on disk.
     *
     * @param line the cell and its scores
     * @param secondsLeft estimated time until the last cell is finished; NaN if unknown
     */
    default void finished(String line, int finishedCells, int cells, double secondsLeft) {}
}
