package org.halftune.console;

import java.io.PrintStream;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Where text goes.
 *
 * @param out results
 * @param err progress and errors
 * @param interactive whether {@code err} is a terminal, on which a line may be written over
 * @param width characters in a line, now
 */
public record Terminal(PrintStream out, PrintStream err, boolean interactive, IntSupplier width) {
    private static final int COLUMNS_OF_A_FILE = 100;
    private static final int NARROWEST = 20;

    /** A terminal that is never resized. */
    public Terminal(PrintStream out, PrintStream err, boolean interactive, int columns) {
        this(out, err, interactive, () -> columns);
    }

    /**
     * The process's own streams. The launcher, which can ask the system, says how wide the terminal is in
     * {@code HALFTUNE_COLUMNS}; the variable is absent when errors do not go to a terminal.
     */
    public static Terminal system(Map<String, String> environment) {
        var columns = environment.getOrDefault("HALFTUNE_COLUMNS", "");
        if (!columns.matches("[1-9][0-9]{0,3}")) {
            return new Terminal(System.out, System.err, false, COLUMNS_OF_A_FILE);
        }
        return new Terminal(System.out, System.err, true, new TerminalWidth(Integer.parseInt(columns)));
    }

    /** Characters in a line, now. */
    public int columns() {
        return Math.max(NARROWEST, width.getAsInt());
    }
}
