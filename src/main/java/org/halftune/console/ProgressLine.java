package org.halftune.console;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How far a long job is: on a terminal one line that is written over, with a bar and the time left; elsewhere (a file, a
 * pipe) nothing but the notes, so that logs stay readable. A narrow terminal has a shorter bar, or none, before words are cut.
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
    /** Characters of the line on the screen; 0 if there is none. */
    private int onScreen;

    /** @param bar false for plain lines even on a terminal ({@code --disable_tqdm}) */
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
     * Says that {@code done} of {@code total} are done. The first call's {@code done} is where this run began (a resumed run
     * does not begin at 0): the time left is reckoned from there.
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

    /** A line that stays: above the bar on a terminal, on the output otherwise. */
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

    /** Ends the line where it is, without waiting for a drawing in progress: for a program that ends at once. */
    public void abandon() {
        if (!bar) return;
        terminal.err().println();
        terminal.err().flush();
    }

    /** Takes the line off the screen. */
    public synchronized void erase() {
        if (!bar || line.isEmpty()) return;
        terminal.err().print(erased());
        terminal.err().flush();
        onScreen = 0;
        line = "";
    }

    /** Leaves the last state on the screen. */
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

    /** What takes the line off the screen: in a terminal that has become narrower it lies on several rows. */
    private String erased() {
        int rowsAbove = Math.max(0, onScreen - 1) / terminal.columns();
        return "\r" + (rowsAbove == 0 ? "" : "\u001b[" + rowsAbove + "A") + (rowsAbove == 0 ? ERASE_LINE : ERASE_BELOW);
    }

    /** The line in so many characters: with a bar as long as there is room for, then its beginning. */
    private String fitted(int width) {
        int room = width - (line.length() - 1);
        int length = Math.min(BAR, room / BAR_STEP * BAR_STEP); // in steps, so that it does not change with each figure
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
