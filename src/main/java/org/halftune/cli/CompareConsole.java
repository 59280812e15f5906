package org.halftune.cli;

import java.util.Locale;
import org.halftune.compare.CompareListener;
import org.halftune.console.ProgressLine;
import org.halftune.console.Terminal;
import org.jspecify.annotations.Nullable;

/** Shows a comparison's progress: a bar with both losses on a terminal, otherwise a few lines. */
final class CompareConsole implements CompareListener, AutoCloseable {
    /** Progress lines per training if the output is not a terminal. */
    private static final int LINES = 10;

    private final Terminal terminal;
    private final ProgressLine line;
    private final boolean bar;
    private final Notices beforeWork;
    private @Nullable ProgressLine scoring;

    CompareConsole(Terminal terminal, boolean bar) {
        this.terminal = terminal;
        this.bar = bar && terminal.interactive();
        line = new ProgressLine(terminal, "compare", bar);
        beforeWork = new Notices(terminal);
    }

    /** Holds the notices about the device until the first model is scored or trained. */
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

    /** Draws a separate bar, which is erased when the score is known. */
    @Override
    public void scoring(String what, long done, long total) {
        beforeWork.begin();
        if (scoring == null) scoring = new ProgressLine(terminal, "score", bar);
        scoring.update(done, total, what);
        if (done < total) return;
        scoring.erase();
        scoring = null;
    }

    @Override
    public void stepped(int step, int total, double fullLoss, double halfLoss) {
        beforeWork.begin();
        var losses = String.format(Locale.ROOT, "loss FFT %.4f  HFT %.4f", fullLoss, halfLoss);
        line.update(step, total, losses);
        int every = Math.max(1, total / LINES);
        if (!bar && (step % every == 0 || step == total)) {
            line.note(String.format(Locale.ROOT, "step %d of %d  %s", step, total, losses));
        }
    }

    /** Ends the bar, so that the next output starts on a new line. */
    @Override
    public void close() {
        if (scoring != null) scoring.erase();
        line.close();
    }
}
