package org.halftune.train.record;

import org.halftune.backend.DeviceFailure;
import org.halftune.problem.Report;

/**
 * Training cannot continue: the loss is NaN or infinite, or the device has failed. The program prints the message and exits with
 * code 1; the last checkpoint is unchanged.
 */
public final class TrainingFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Report report;

    /**
     * @param what what happened, and at which step
     * @param fix what to try
     */
    public TrainingFailure(String what, String fix) {
        this(what, "", fix);
    }

    private TrainingFailure(String what, String where, String fix) {
        this(new Report(what, where, fix));
    }

    private TrainingFailure(Report report) {
        super(report.line());
        this.report = report;
    }

    /**
     * The device failed.
     *
     * @param next how to continue from the last checkpoint; empty if there is none
     */
    public static TrainingFailure of(DeviceFailure cause, String next) {
        var failure = new TrainingFailure(
                cause.what(), cause.where(), next.isEmpty() ? cause.fix() : next + "; " + cause.fix());
        failure.initCause(cause);
        return failure;
    }

    public String what() {
        return report.what();
    }

    public String fix() {
        return report.fix();
    }

    /** The message that the program prints. */
    public String report() {
        return report.text();
    }
}
