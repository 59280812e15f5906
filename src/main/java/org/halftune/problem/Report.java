package org.halftune.problem;

/**
 * What the program says when it cannot go on.
 *
 * @param what the one fact that is wrong, with the values that show it
 * @param where it is wrong; may be empty
 * @param fix what to do; may be empty
 */
public record Report(String what, String where, String fix) {

    /** On one line, for the message of an exception. */
    public String line() {
        return what + (where.isEmpty() ? "" : " (in " + where + ")") + (fix.isEmpty() ? "" : "; fix: " + fix);
    }

    /** As it is printed: a headline, then {@code in} and {@code fix} lines. */
    public String text() {
        return "halftune: " + what + (where.isEmpty() ? "" : "\n  in   " + where)
                + (fix.isEmpty() ? "" : "\n  fix  " + fix);
    }
}
