package org.halftune.problem;

/**
 * Something the user gave cannot be used: a file, a field, a flag, a tensor. The program prints its three parts and
 * ends with exit code 2; nothing has been half-written when it is thrown.
 */
public final class InputError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Report report;

    /**
     * @param what the one fact that is wrong, with the values that show it
     * @param where file, line, field, flag or tensor; empty if {@code what} says it
     * @param fix what the user can do; empty if nothing better than "correct it" can be said
     */
    public InputError(String what, String where, String fix) {
        this(new Report(what, where, fix));
    }

    private InputError(Report report) {
        super(report.line());
        this.report = report;
    }

    public String what() {
        return report.what();
    }

    public String where() {
        return report.where();
    }

    public String fix() {
        return report.fix();
    }

    /** The form in which the program prints it. */
    public String report() {
        return report.text();
    }
}
