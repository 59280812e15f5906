package org.halftune.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import org.halftune.backend.DeviceFailure;
import org.halftune.backend.OutOfDeviceMemory;
import org.halftune.console.Amounts;
import org.halftune.files.FileProblem;
import org.halftune.problem.DiskFailure;
import org.halftune.problem.InputError;
import org.halftune.train.record.TrainingFailure;

/** Reports the exception that ended a command, and chooses the exit code. */
final class Failures {
    static final int FAILED = 1;
    static final int BAD_INPUT = 2;
    static final int INTERRUPTED = 130;

    private Failures() {}

    static int report(Throwable failure, PrintStream err, boolean trace) {
        if (trace) failure.printStackTrace(err);
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case InputError input -> {
                    err.println(input.report());
                    return BAD_INPUT;
                }
                case DiskFailure disk -> {
                    err.println(disk.report());
                    return FAILED;
                }
                case TrainingFailure training -> {
                    err.println(training.report());
                    return FAILED;
                }
                case OutOfDeviceMemory memory -> {
                    err.println(memory.report());
                    return BAD_INPUT;
                }
                case DeviceFailure device -> {
                    err.println(device.report());
                    return FAILED;
                }
                case InterruptedException _ -> {
                    err.println("halftune: interrupted");
                    return INTERRUPTED;
                }
                case OutOfMemoryError _ -> {
                    err.println(outOfMemory().report());
                    return FAILED;
                }
                case IOException io -> {
                    return files(io, err);
                }
                default -> {}
            }
        }
        err.println("halftune: failed: " + failure + at(failure)
                + (trace ? "" : "\n  fix  this is a bug in Halftune; run again with --debug for the stack trace"));
        return FAILED;
    }

    private static InputError outOfMemory() {
        var limit = Amounts.bytes(Runtime.getRuntime().maxMemory());
        return new InputError(
                "the Java heap is full (limit " + limit + ")",
                "",
                "raise the limit, for example HALFTUNE_JAVA_OPTS=-Xmx8g");
    }

    private static int files(IOException failure, PrintStream err) {
        var file = failure instanceof FileSystemException e && e.getFile() != null ? e.getFile() : "";
        var ofDisk = FileProblem.ofDisk(file, 0, failure);
        if (ofDisk.isPresent()) {
            err.println(ofDisk.get().report());
            return FAILED;
        }
        var fix = "check that the path exists and that you may access it";
        err.println(new InputError(FileProblem.reason(failure), file, fix).report());
        return BAD_INPUT;
    }

    /** The first stack frame in our own code. */
    private static String at(Throwable failure) {
        for (var frame : failure.getStackTrace()) {
            if (frame.getClassName().startsWith("org.halftune.")) {
                return " (at " + frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber() + ")";
            }
        }
        return "";
    }
}
