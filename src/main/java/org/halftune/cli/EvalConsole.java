package org.halftune.cli;

import org.halftune.console.ProgressLine;
import org.halftune.console.Terminal;
import org.halftune.eval.EvalListener;
import org.jspecify.annotations.Nullable;

/** A progress bar for each file and metric. */
final class EvalConsole implements EvalListener, AutoCloseable {
    private final Terminal terminal;
    private final Notices notices;
    private final boolean bar;
    private @Nullable ProgressLine line;

    /** @param bar whether to draw the bar, or print lines instead */
    EvalConsole(Terminal terminal, Notices notices, boolean bar) {
        this.bar = bar;
        this.terminal = terminal;
        this.notices = notices;
    }

    @Override
    public void notice(String text) {
        notices.add(text);
    }

    @Override
    public void begins() {
        notices.begin();
    }

    @Override
    public void progress(String task, long done, long total) {
        if (line == null) line = new ProgressLine(terminal, task, bar);
        line.update(done, total, "");
        if (done == total) close();
    }

    @Override
    public void close() {
        if (line != null) line.close();
        line = null;
    }
}
