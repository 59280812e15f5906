package org.halftune.problem;

/**
 * An error message of the program.
 *
 * @param what the problem, with the values that show it
 * @param where the location; may be empty
 * @param fix what to do; may be empty
 */
public record Report(String what, String where, String fix) {

    /** On one line, for the message of an exception. */
    public String line() {
        return what + (where.isEmpty() ? "" : " (in " + where + ")") + (fix.isEmpty() ? "" : "; fix: " + fix);
    }

    /** The printed form: a headline, then the lines {@code in} and {@code fix}. */
    public String text() {
        return "halftune: " + what + (where.isEmpty() ? "" : "\n  in   " + where)
                + (fix.isEmpty() ? "" : "\n  fix  " + fix);
    }
}
