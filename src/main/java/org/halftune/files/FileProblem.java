package org.halftune.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Locale;
import org.halftune.problem.InputError;

/** Says in the user's words what an {@link IOException} means. */
public final class FileProblem {
    private FileProblem() {}

    /** {@code file} could not be read. */
    public static InputError reading(Path file, IOException e) {
        if (e instanceof NoSuchFileException) {
            return new InputError("no such file", file.toString(), "check the path");
        }
        if (e instanceof AccessDeniedException) {
            return new InputError("no permission to read", file.toString(), "chmod +r it, or run as its owner");
        }
        return new InputError(
                "cannot be read: " + reason(e), file.toString(), "check that it is a file, and the disk it lies on");
    }

    /**
     * {@code target} could not be written.
     *
     * @param bytes how much was to be written
     */
    public static InputError writing(Path target, long bytes, IOException e) {
        String reason = reason(e);
        String lower = reason.toLowerCase(Locale.ROOT);
        if (lower.contains("no space left") || lower.contains("quota exceeded")) {
            return new InputError(
                    "No space left on the device: writing needs " + size(bytes) + " (" + reason + ")",
                    target.toString(),
                    "free space there, or write to another disk; nothing incomplete was left behind");
        }
        if (e instanceof AccessDeniedException || lower.contains("permission denied")) {
            return new InputError(
                    "no permission to write", target.toString(), "choose another folder, or chmod u+w this one");
        }
        if (lower.contains("read-only file system")) {
            return new InputError("the file system is read-only", target.toString(), "choose another folder");
        }
        if (e instanceof NoSuchFileException) {
            return new InputError("the folder to write into does not exist", target.toString(), "create it first");
        }
        if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
            return new InputError("a file is where a folder should be", target.toString(), "choose another name");
        }
        return new InputError("cannot be written: " + reason, target.toString(), "choose another folder");
    }

    /** Bytes in decimal units, as {@code df -H} prints them, and exactly. */
    public static String size(long bytes) {
        String exact = String.format(Locale.ROOT, "%,d bytes", bytes);
        if (bytes < 1_000_000) return exact;
        return bytes < 1_000_000_000
                ? String.format(Locale.ROOT, "%.1f MB (%s)", bytes / 1e6, exact)
                : String.format(Locale.ROOT, "%.2f GB (%s)", bytes / 1e9, exact);
    }

    private static String reason(IOException e) {
        if (e instanceof FileSystemException f && f.getReason() != null) return f.getReason();
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
