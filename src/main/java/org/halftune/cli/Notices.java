package org.halftune.cli;

import java.util.ArrayList;
import java.util.List;
import org.halftune.console.Terminal;

/**
 * Prints a command's notices to standard error. They are held back until the work begins, so that an error about the input is the
 * only output.
 */
final class Notices {
    private final Terminal terminal;
    private final List<String> held = new ArrayList<>();
    private boolean begun;

    Notices(Terminal terminal) {
        this.terminal = terminal;
    }

    void add(String text) {
        if (begun) print(text);
        else held.add(text);
    }

    /** Prints the held notices. Later notices are printed immediately. */
    void begin() {
        begun = true;
        held.forEach(this::print);
        held.clear();
    }

    private void print(String text) {
        terminal.out().flush();
        terminal.err().println(text);
        terminal.err().flush();
    }
}
