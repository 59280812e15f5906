package org.halftune.problem;

/**
 * An input of the user is invalid: a file, field, flag or tensor. The program prints the three parts and exits with
 * code 2. No incomplete output is left when it is thrown.
 */
public final class InputError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Report report;

    /**
     * @param what the problem, with the values that show it
     * @param where file, line, field, flag or tensor; empty if {@code what} says it
     * @param fix what the user can do; empty if there is nothing better than "correct it"
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

    /** The text that the program prints. */
    public String report() {
        return report.text();
    }
}
