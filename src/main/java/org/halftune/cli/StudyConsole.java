package org.halftune.cli;

import java.time.Duration;
import org.halftune.console.Amounts;
import org.halftune.console.ProgressLine;
import org.halftune.console.Terminal;
import org.halftune.study.StudyListener;

/** Shows a study's progress: a bar on a terminal, and a line for each finished cell. */
final class StudyConsole implements StudyListener, AutoCloseable {
    private final ProgressLine line;
    private final Notices beforeWork;

    StudyConsole(Terminal terminal, boolean bar) {
        line = new ProgressLine(terminal, "study", bar);
        beforeWork = new Notices(terminal);
    }

    /** Holds the notices about the device until the first cell is computed. */
    Notices beforeWork() {
        return beforeWork;
    }

    @Override
    public void notice(String text) {
        line.note(text);
    }

    @Override
    public void begins() {
        beforeWork.begin();
    }

    @Override
    public void stepped(long done, long total, int finishedCells, int cells) {
        line.update(done, total, "cell " + Math.min(cells, finishedCells + 1) + " of " + cells);
    }

    @Override
    public void finished(String text, int finishedCells, int cells, double secondsLeft) {
        String left = finishedCells == cells || Double.isNaN(secondsLeft)
                ? ""
                : ", " + Amounts.duration(Duration.ofSeconds(Math.round(secondsLeft))) + " left";
        line.note(finishedCells + "/" + cells + left + "  " + text);
    }

    /** Exits immediately: no shutdown hooks, and no waiting for a blocked terminal. */
    void endAtOnce(int exitCode) {
        Runtime.getRuntime().halt(exitCode);
    }

    /** Ends the bar, so that the next output starts on a new line. */
    @Override
    public void close() {
        line.close();
    }
}
