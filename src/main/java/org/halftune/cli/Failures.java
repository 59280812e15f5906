package org.halftune.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import org.halftune.backend.DeviceFailure;
import org.halftune.backend.OutOfDeviceMemory;
import org.halftune.console.Amounts;
import org.halftune.files.FileProblem;
import org.halftune.problem.InputError;
import org.halftune.train.record.TrainingFailure;

/** Turns whatever ended a command into a message and an exit code. */
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
                    var problem = files(io);
                    err.println(problem.report());
                    return BAD_INPUT;
                }
                default -> {}
            }
        }
        err.println("halftune: failed: " + failure + at(failure)
                + (trace ? "" : "\n  fix  this is a bug; --debug shows where it comes from"));
        return FAILED;
    }

    private static InputError outOfMemory() {
        var limit = Amounts.bytes(Runtime.getRuntime().maxMemory());
        return new InputError(
                "out of Java memory (limit " + limit + ")", "", "allow more, for example HALFTUNE_JAVA_OPTS=-Xmx8g");
    }

    private static InputError files(IOException failure) {
        var message = String.valueOf(failure.getMessage());
        if (message.contains("No space left on device") || message.contains("quota exceeded")) {
            return new InputError("the disk is full", message, "make room, or choose another --output_dir");
        }
        var file = failure instanceof FileSystemException e && e.getFile() != null ? e.getFile() : "";
        return new InputError(FileProblem.reason(failure), file, "check the path, its owner and its mode");
    }

    /** The first of our own frames, so that the one line says where. */
    private static String at(Throwable failure) {
        for (var frame : failure.getStackTrace()) {
            if (frame.getClassName().startsWith("org.halftune.")) {
                return " (at " + frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber() + ")";
            }
        }
        return "";
    }
}
