package org.halftune.backend;

import org.halftune.problem.Report;

/**
 * The machine under a {@link Backend} refused a call or failed in one, and the input is not to blame. The program
 * prints it and ends with exit code 1; what was written before is untouched.
 */
public class DeviceFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Report report;

    /**
     * @param what which call on what (its kernel, its sizes), and the machine's own code and name for what happened
     * @param where the device, and the work queued on it; may be empty
     * @param fix what to try
     */
    public DeviceFailure(String what, String where, String fix) {
        this(new Report(what, where, fix));
    }

    private DeviceFailure(Report report) {
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
