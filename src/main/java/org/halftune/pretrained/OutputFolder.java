package org.halftune.pretrained;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.halftune.files.FileProblem;
import org.halftune.problem.DiskFailure;
import org.halftune.problem.InputError;

/** Checks that an output folder can be written, before the work starts. */
public final class OutputFolder {
    private OutputFolder() {}

    /**
     * @param bytes minimum size of the output
     * @throws InputError if {@code folder} is a file, is not empty, or cannot be written
     * @throws DiskFailure if the disk is read-only or has too little space
     */
    public static void check(Path folder, long bytes) {
        checkWritable(folder);
        try {
            if (Files.exists(folder) && !isEmpty(folder)) {
                throw new InputError(
                        "the output folder is not empty",
                        folder.toString(),
                        "choose another folder, or empty this one");
            }
            var store = Files.getFileStore(nearestExisting(folder));
            if (store.getTotalSpace() == 0) { // such as /proc
                throw new InputError(
                        "the file system (" + store.type() + ") cannot store files",
                        folder.toString(),
                        "choose another folder");
            }
            long free = store.getUsableSpace();
            if (free < bytes) {
                throw new DiskFailure(
                        "No space left on the device: writing needs " + FileProblem.size(bytes) + ", but only "
                                + FileProblem.size(free) + " is free",
                        folder.toString(),
                        "free some disk space, or write to another disk; nothing was written");
            }
        } catch (IOException e) {
            throw FileProblem.reading(folder, e);
        }
    }

    /**
     * Checks that files can be created in a folder, which may have some already.
     *
     * @throws InputError if {@code folder} is a file, or cannot be created or written
     * @throws DiskFailure if its file system is read-only
     */
    public static void checkWritable(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new InputError("the output folder is a file", folder.toString(), "choose another name");
        }
        Path existing = nearestExisting(folder);
        if (!Files.isDirectory(existing)) {
            throw new InputError(
                    "the folder cannot be created: " + existing + " is a file",
                    folder.toString(),
                    "choose another name");
        }
        if (Files.isWritable(existing)) return;
        if (isReadOnly(existing)) throw FileProblem.readOnly(folder.toString());
        throw new InputError("no permission to write into " + existing, folder.toString(), "choose another folder");
    }

    private static boolean isReadOnly(Path existing) {
        try {
            return Files.getFileStore(existing).isReadOnly();
        } catch (IOException e) {
            return false; // Unknown: the folder is reported as not writable.
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (var entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    private static Path nearestExisting(Path folder) {
        Path existing = folder.toAbsolutePath().normalize();
        while (!Files.exists(existing) && existing.getParent() != null) existing = existing.getParent();
        return existing;
    }
}
