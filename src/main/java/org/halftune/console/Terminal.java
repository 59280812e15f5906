package org.halftune.console;

import java.io.PrintStream;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * The output streams of the program.
 *
 * @param out results
 * @param err progress and errors
 * @param interactive whether {@code err} is a terminal, so that lines can be redrawn
 * @param width gives the current number of columns
 */
public record Terminal(PrintStream out, PrintStream err, boolean interactive, IntSupplier width) {
    private static final int COLUMNS_OF_A_FILE = 100;
    private static final int NARROWEST = 20;

    /** A terminal with a fixed width. */
    public Terminal(PrintStream out, PrintStream err, boolean interactive, int columns) {
        this(out, err, interactive, () -> columns);
    }

    /**
     * The process's streams. The launcher sets {@code HALFTUNE_COLUMNS} to the terminal's width; the variable is not set if standard
     * error is not a terminal.
     */
    public static Terminal system(Map<String, String> environment) {
        var columns = environment.getOrDefault("HALFTUNE_COLUMNS", "");
        if (!columns.matches("[1-9][0-9]{0,3}")) {
            return new Terminal(System.out, System.err, false, COLUMNS_OF_A_FILE);
        }
        return new Terminal(System.out, System.err, true, new TerminalWidth(Integer.parseInt(columns)));
    }

    /** The current number of columns. */
    public int columns() {
        return Math.max(NARROWEST, width.getAsInt());
    }
}
