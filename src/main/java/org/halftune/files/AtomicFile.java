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
 * Writes files atomically: to a temporary file in the same folder, forced to disk, then renamed over the target. After
 * a crash the target has its old or its new content, and at worst a file {@code .NAME.tmp-…} is left next to it.
 */
public final class AtomicFile {
    private static final Pattern TEMPORARY = Pattern.compile("\\..+\\.tmp-\\d+-[0-9a-f]+");

    private AtomicFile() {}

    /** Writes the content. */
    @FunctionalInterface
    public interface Body {
        void writeTo(FileChannel channel) throws IOException;
    }

    /**
     * Writes {@code target}, replacing an existing file.
     *
     * @param bytes size of the content, for the error message if the disk is full
     * @throws org.halftune.problem.InputError if the folder is not writable; the temporary file is deleted
     * @throws org.halftune.problem.DiskFailure if the disk is full or read-only; the temporary file is deleted
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

    /** Copies {@code source} to {@code target}. */
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
     * Creates a folder and its parents if they do not exist.
     *
     * @throws org.halftune.problem.InputError if it cannot be created
     */
    public static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw FileProblem.writing(folder, 0, e);
        }
    }

    /** Writes all of {@code bytes}; a single write may be partial. */
    public static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) channel.write(bytes);
    }

    /** A unique hidden name in the folder of {@code target}. */
    public static Path temporaryBeside(Path target) {
        String suffix = ".tmp-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime());
        return target.resolveSibling("." + target.getFileName() + suffix);
    }

    /** Whether a file is a leftover of an interrupted {@link #write}. */
    public static boolean isTemporary(Path file) {
        return TEMPORARY.matcher(file.getFileName().toString()).matches() && Files.isRegularFile(file);
    }

    /** Forces the entries of a folder (created and renamed files) to disk. */
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
            // Report the original error instead.
        }
    }
}
