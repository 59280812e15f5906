package org.halftune.files;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
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
        String fix = switch (e) {
            case NoSuchFileException _ -> "check the path";
            case AccessDeniedException _ -> "chmod +r it, or run as its owner";
            case CharacterCodingException _ -> "save it in the encoding UTF-8";
            default -> "check that it is a file, and the disk it lies on";
        };
        return new InputError(reason(e), file.toString(), fix);
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
        if (e instanceof AccessDeniedException || lower.contains("permission")) {
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
        return new InputError("this cannot be written: " + reason, target.toString(), "choose another folder");
    }

    /** Bytes in decimal units, as {@code df -H} prints them, and exactly. */
    public static String size(long bytes) {
        String exact = bytes == 1 ? "1 byte" : String.format(Locale.ROOT, "%,d bytes", bytes);
        if (bytes < 1_000_000) return exact;
        return bytes < 1_000_000_000
                ? String.format(Locale.ROOT, "%.1f MB (%s)", bytes / 1e6, exact)
                : String.format(Locale.ROOT, "%.2f GB (%s)", bytes / 1e9, exact);
    }

    /** What is wrong, as a sentence without the file: {@code no permission}, {@code this is a folder}. */
    public static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "no permission to read this";
            case NotDirectoryException _ -> "this is not a folder";
            case DirectoryNotEmptyException _ -> "the folder is not empty";
            case FileAlreadyExistsException _ -> "there is something of that name";
            case FileSystemLoopException _ -> "the links to it go in a circle";
            case CharacterCodingException _ -> "the file is not UTF-8";
            case EOFException _ -> "the file ends too early";
            case FileSystemException f when f.getReason() != null -> system(f.getReason());
            default -> e.getMessage() == null ? "reading or writing failed" : system(e.getMessage());
        };
    }

    /** The system's own words, as a sentence where they are not one. */
    private static String system(String words) {
        return switch (words) {
            case "Is a directory" -> "this is a folder, not a file";
            case "Permission denied" -> "no permission to read this";
            case "Too many levels of symbolic links" -> "the links to it go in a circle";
            default -> words;
        };
    }
}
