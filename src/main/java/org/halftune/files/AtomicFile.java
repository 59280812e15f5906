package org.halftune.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;

/**
 * Writes a file whole or not at all: into a temporary name in the same folder, forced to disk, then renamed over the
 * target. A kill at any moment leaves the old file or the new one; at worst a {@code .NAME.tmp-…} lies beside it.
 */
public final class AtomicFile {
    private static final Pattern TEMPORARY = Pattern.compile("\\..+\\.tmp-\\d+-[0-9a-f]+");

    private AtomicFile() {}

    /** What goes into the file. */
    @FunctionalInterface
    public interface Body {
        void writeTo(FileChannel channel) throws IOException;
    }

    /**
     * Writes {@code target}, replacing what was there.
     *
     * @param bytes size of what will be written, for the message when the disk is full
     * @throws org.halftune.problem.InputError if the disk is full or the folder not writable; the temporary file is
     *     gone
     */
    public static void write(Path target, long bytes, Body body) {
        Path temporary = temporaryBeside(target);
        try {
            try (var channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                body.writeTo(channel);
                channel.force(true);
            }
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            forceFolder(folderOf(target));
        } catch (IOException e) {
            throw FileProblem.writing(target, bytes, e);
        } finally {
            deleteQuietly(temporary);
        }
    }

    public static void write(Path target, byte[] content) {
        write(target, content.length, channel -> writeFully(channel, ByteBuffer.wrap(content)));
    }

    public static void write(Path target, String content) {
        write(target, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a copy of {@code source}, byte for byte. */
    public static void copy(Path source, Path target) {
        try (var from = FileChannel.open(source, StandardOpenOption.READ)) {
            long size = from.size();
            write(target, size, to -> {
                for (long at = 0; at < size; ) at += from.transferTo(at, size - at, to);
            });
        } catch (IOException e) {
            throw FileProblem.reading(source, e);
        }
    }

    /**
     * Makes a folder, and those it lies in, unless it is there.
     *
     * @throws org.halftune.problem.InputError if it cannot be made
     */
    public static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw FileProblem.writing(folder, 0, e);
        }
    }

    /** Writes all of {@code bytes}; a channel may take less than it is given. */
    public static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) channel.write(bytes);
    }

    /** A hidden name beside {@code target} that no other process uses. */
    public static Path temporaryBeside(Path target) {
        String suffix = ".tmp-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
        return target.resolveSibling("." + target.getFileName() + suffix);
    }

    /** Whether a file is what a kill left behind of {@link #write}. A folder is not. */
    public static boolean isTemporary(Path file) {
        return TEMPORARY.matcher(file.getFileName().toString()).matches() && Files.isRegularFile(file);
    }

    /** Forces a folder's entries (creations and renames in it) to disk. */
    public static void forceFolder(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static Path folderOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The error that brought us here is the one to report.
        }
    }
}
