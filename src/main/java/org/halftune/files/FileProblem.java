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
import java.util.Optional;
import org.halftune.problem.DiskFailure;
import org.halftune.problem.InputError;

/** Turns an {@link IOException} into a message for the user. */
public final class FileProblem {
    private FileProblem() {}

    /** The error for a file that cannot be read. */
    public static InputError reading(Path file, IOException e) {
        String fix = switch (e) {
            case NoSuchFileException _ -> "check the path";
            case AccessDeniedException _ -> "make it readable (chmod +r), or run as its owner";
            case CharacterCodingException _ -> "save it as UTF-8";
            default -> "check the file and the disk";
        };
        return new InputError(reason(e), file.toString(), fix);
    }

    /**
     * The error for a file that cannot be written: a {@link DiskFailure} or an {@link InputError}.
     *
     * @param bytes size of the content; 0: unknown
     */
    public static RuntimeException writing(Path target, long bytes, IOException e) {
        var ofDisk = ofDisk(target.toString(), bytes, e);
        if (ofDisk.isPresent()) return ofDisk.get();
        String reason = reason(e);
        if (e instanceof AccessDeniedException
                || reason.toLowerCase(Locale.ROOT).contains("permission")) {
            return new InputError(
                    "no permission to write",
                    target.toString(),
                    "choose another folder, or make this one writable (chmod u+w)");
        }
        if (e instanceof NoSuchFileException) {
            return new InputError("the folder to write into does not exist", target.toString(), "create it first");
        }
        if (e instanceof FileAlreadyExistsException || e instanceof NotDirectoryException) {
            return new InputError("there is a file where a folder is needed", target.toString(), "choose another name");
        }
        return new InputError("the file cannot be written: " + reason, target.toString(), "choose another folder");
    }

    /**
     * The failure, if the cause is a disk that is full or read-only.
     *
     * @param bytes size of the content; 0: unknown
     */
    public static Optional<DiskFailure> ofDisk(String where, long bytes, IOException e) {
        String reason = reason(e).toLowerCase(Locale.ROOT);
        if (reason.contains("read-only file system")) return Optional.of(readOnly(where));
        boolean quota = reason.contains("quota exceeded");
        if (!quota && !reason.contains("no space left")) return Optional.empty();
        return Optional.of(new DiskFailure(
                (quota ? "the disk quota is exceeded" : "No space left on the device")
                        + (bytes > 0 ? ": writing needs " + size(bytes) : ""),
                where,
                "free some disk space, or write to another disk" + (bytes > 0 ? "; no incomplete file is left" : "")));
    }

    /** The failure for a file system that is mounted read-only. */
    public static DiskFailure readOnly(String where) {
        return new DiskFailure("the file system is read-only", where, "choose another folder");
    }

    /** Bytes in decimal units, as in {@code df -H}, with the exact number. */
    public static String size(long bytes) {
        String exact = bytes == 1 ? "1 byte" : String.format(Locale.ROOT, "%,d bytes", bytes);
        if (bytes < 1_000_000) return exact;
        return bytes < 1_000_000_000
                ? String.format(Locale.ROOT, "%.1f MB (%s)", bytes / 1e6, exact)
                : String.format(Locale.ROOT, "%,.2f GB (%s)", bytes / 1e9, exact);
    }

    /** The reason without the file name: {@code no permission to read this}, {@code this is not a folder}. */
    public static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "no permission to read this";
            case NotDirectoryException _ -> "this is not a folder";
            case DirectoryNotEmptyException _ -> "the folder is not empty";
            case FileAlreadyExistsException _ -> "a file with this name exists";
            case FileSystemLoopException _ -> "the symbolic links form a loop";
            case CharacterCodingException _ -> "the file is not UTF-8";
            case EOFException _ -> "the file is truncated";
            case FileSystemException f when f.getReason() != null -> system(f.getReason());
            default -> e.getMessage() == null ? "reading or writing failed" : system(e.getMessage());
        };
    }

    /** The system's message, rewritten for common cases. */
    private static String system(String words) {
        return switch (words) {
            case "Is a directory" -> "this is a folder, not a file";
            case "Permission denied" -> "no permission to read this";
            case "Too many levels of symbolic links" -> "the symbolic links form a loop";
            default -> words;
        };
    }
}
