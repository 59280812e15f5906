package org.halftune.console;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A progress bar: on a terminal one line with a bar and the remaining time, which is redrawn; for a file or pipe only the notes. On a
 * narrow terminal the bar gets shorter or disappears before the text is cut.
 *
 * <pre>
 * train  37% ███████▍            370/1000  1m 23s < 2m 20s  loss 1.43  lr 2e-5
 * </pre>
 */
public final class ProgressLine implements AutoCloseable {
    private static final long REDRAW_NANOS = 100_000_000;
    private static final int BAR = 20;
    private static final String PARTS = " ▏▎▍▌▋▊▉";
    private static final int BAR_STEP = 5;
    private static final String BAR_HERE = "\u0000";
    private static final String ERASE_LINE = "\u001b[K";
    private static final String ERASE_BELOW = "\u001b[J";

    private final Terminal terminal;
    private final String task;
    private final boolean bar;
    private final LongSupplier clock;
    private final long start;
    private long startedAt = -1;
    private long drawn;
    private double share;
    private String line = "";
    /** Length of the line on the screen; 0 if there is none. */
    private int onScreen;

    /** @param bar false: only notes, even on a terminal ({@code --disable_tqdm}) */
    public ProgressLine(Terminal terminal, String task, boolean bar) {
        this(terminal, task, bar, System::nanoTime);
    }

    ProgressLine(Terminal terminal, String task, boolean bar, LongSupplier clock) {
        this.terminal = terminal;
        this.task = task;
        this.bar = bar && terminal.interactive();
        this.clock = clock;
        this.start = clock.getAsLong();
        this.drawn = start - REDRAW_NANOS;
    }

    /**
     * Shows that {@code done} of {@code total} are done. The remaining time is estimated from the first call's {@code done}, because
     * a resumed run does not start at 0.
     */
    public synchronized void update(long done, long total, String details) {
        if (startedAt < 0) startedAt = done;
        if (!bar) return;
        var now = clock.getAsLong();
        line = text(done, total, now - start, details);
        if (now - drawn < REDRAW_NANOS && done < total) return;
        drawn = now;
        draw();
    }

    /** Prints a permanent line: above the bar on a terminal, otherwise to the output. */
    public synchronized void note(String text) {
        if (!bar) {
            terminal.out().println(text);
            terminal.out().flush();
            return;
        }
        terminal.err().print(erased() + text + System.lineSeparator());
        onScreen = 0;
        draw();
    }

    /** Ends the line without waiting for another thread that draws: for immediate exit. */
    public void abandon() {
        if (!bar) return;
        terminal.err().println();
        terminal.err().flush();
    }

    /** Erases the line. */
    public synchronized void erase() {
        if (!bar || line.isEmpty()) return;
        terminal.err().print(erased());
        terminal.err().flush();
        onScreen = 0;
        line = "";
    }

    /** Leaves the last state on the screen and starts a new line. */
    @Override
    public synchronized void close() {
        if (!bar || line.isEmpty()) return;
        draw();
        terminal.err().println();
        line = "";
    }

    private void draw() {
        var fitting = fitted(terminal.columns() - 1);
        terminal.err().print(erased() + fitting);
        terminal.err().flush();
        onScreen = fitting.length();
    }

    /** The control codes that erase the line. In a terminal that became narrower, it occupies several rows. */
    private String erased() {
        int rowsAbove = Math.max(0, onScreen - 1) / terminal.columns();
        return "\r" + (rowsAbove == 0 ? "" : "\u001b[" + rowsAbove + "A") + (rowsAbove == 0 ? ERASE_LINE : ERASE_BELOW);
    }

    /** The line shortened to {@code width}: first the bar, then the end of the text. */
    private String fitted(int width) {
        int room = width - (line.length() - 1);
        int length =
                Math.min(BAR, room / BAR_STEP * BAR_STEP); // in steps, so that it does not change with every number
        var text = length <= 0 ? line.replace(BAR_HERE + " ", "") : line.replace(BAR_HERE, bar(share, length));
        return text.length() <= width ? text : text.substring(0, Math.max(0, width));
    }

    private String text(long done, long total, long nanos, String details) {
        share = total <= 0 ? 0 : Math.min(1, (double) done / total);
        var elapsed = Duration.ofNanos(nanos);
        var fresh = done - startedAt;
        var left = fresh <= 0 ? "?" : clockTime(Duration.ofNanos((long) ((double) nanos / fresh * (total - done))));
        return "%s %3d%% %s %s/%s  %s < %s  %s"
                .formatted(
                        task,
                        (int) (share * 100),
                        BAR_HERE,
                        Amounts.exact(done),
                        Amounts.exact(total),
                        clockTime(elapsed),
                        left,
                        details);
    }

    private static String clockTime(Duration duration) {
        return duration.compareTo(Duration.ofMinutes(1)) < 0
                ? duration.toSeconds() + "s"
                : Amounts.duration(Duration.ofSeconds(duration.toSeconds()));
    }

    private static String bar(double share, int length) {
        var eighths = (int) (share * length * 8);
        var text = "█".repeat(eighths / 8) + (eighths % 8 == 0 ? "" : PARTS.charAt(eighths % 8));
        return text + " ".repeat(length - text.length());
    }
}
