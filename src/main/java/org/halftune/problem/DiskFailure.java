package org.halftune.problem;

/**
 * The input is right, but the disk does not take the output: it is full, or its file system is read-only. The program prints the
 * three parts and exits with code 1.
 */
public final class DiskFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Report report;

    /**
     * @param what the problem, with the sizes if they are known
     * @param where the file or folder; may be empty
     * @param fix what the user can do
     */
    public DiskFailure(String what, String where, String fix) {
        this(new Report(what, where, fix));
    }

    private DiskFailure(Report report) {
        super(report.line());
        this.report = report;
    }

    /** The same failure, with another name for its place. */
    public DiskFailure at(String where) {
        return new DiskFailure(report.what(), where, report.fix());
    }

    public String where() {
        return report.where();
    }

    /** The text that the program prints. */
    public String report() {
        return report.text();
    }
}
