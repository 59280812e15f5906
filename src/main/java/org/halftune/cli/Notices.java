package org.halftune.cli;

import java.util.ArrayList;
import java.util.List;
import org.halftune.console.Terminal;

/**
 * What a command says beside its results, on standard error. Held back until the work begins: before an error about the input, which
 * device was taken does not matter.
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

    /** Prints what was held back; from now on each notice is printed as it comes. */
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
