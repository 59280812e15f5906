package org.halftune.console;

import java.io.PrintStream;

/**
 * Prints lines that begin with a label. On a terminal, long lines are wrapped and indented below the text:
 *
 * <pre>
 * memory    28.6 MiB: 1016 KiB weights, 594 KiB gradients,
 *           1.16 MiB moments
 * </pre>
 */
public final class HangingLines {
    private final Terminal terminal;
    private final PrintStream out;
    private final int indent;

    /** @param indent width of the label, including the space after it */
    public HangingLines(Terminal terminal, int indent) {
        this.terminal = terminal;
        this.out = terminal.out();
        this.indent = indent;
    }

    /** One line. */
    public void println(String text) {
        out.println(terminal.interactive() ? broken(text) : text);
    }

    public void flush() {
        out.flush();
    }

    private String broken(String text) {
        int width = terminal.columns();
        if (text.length() <= width) return text;
        var broken = new StringBuilder();
        int length = Math.min(indent, text.length()); // the label is not wrapped
        broken.append(text, 0, length);
        boolean begun = false;
        for (String word : text.substring(length).strip().split(" +", -1)) {
            if (begun && length + 1 + word.length() > width) {
                broken.append(System.lineSeparator()).append(" ".repeat(indent));
                length = indent;
                begun = false;
            }
            if (begun) broken.append(' ');
            broken.append(word);
            length += word.length() + (begun ? 1 : 0);
            begun = true;
        }
        return broken.toString();
    }
}
