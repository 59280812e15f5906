package org.halftune.console;

import java.io.PrintStream;
import java.util.Map;

/**
 * Where text goes.
 *
 * @param out results
 * @param err progress and errors
 * @param interactive whether {@code err} is a terminal, on which a line may be written over
 * @param columns characters in a line
 */
public record Terminal(PrintStream out, PrintStream err, boolean interactive, int columns) {
    private static final int COLUMNS_OF_A_FILE = 100;
    private static final int NARROWEST = 40;

    /**
     * The process's own streams. The launcher, which can ask the system, says how wide the terminal is in
     * {@code HALFTUNE_COLUMNS}; the variable is absent when errors do not go to a terminal.
     */
    public static Terminal system(Map<String, String> environment) {
        var columns = environment.getOrDefault("HALFTUNE_COLUMNS", "");
        var known = columns.matches("[1-9][0-9]{0,3}");
        return new Terminal(
                System.out,
                System.err,
                known,
                known ? Math.max(NARROWEST, Integer.parseInt(columns)) : COLUMNS_OF_A_FILE);
    }
}
