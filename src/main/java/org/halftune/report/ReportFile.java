package org.halftune.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.halftune.files.FileProblem;
import org.halftune.problem.InputError;

/** Writes a text file atomically: to a temporary file, which is forced to disk and renamed. */
public final class ReportFile {
    private ReportFile() {}

    /**
     * Writes {@code text} as UTF-8. Creates missing folders and replaces an existing file.
     *
     * @throws InputError if the folder cannot be made or written to; nothing is left behind
     * @throws org.halftune.problem.DiskFailure if the disk is full; nothing is left behind
     */
    public static void write(Path file, String text) {
        Path absolute = file.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder == null || Files.isDirectory(absolute)) {
            throw new InputError(
                    "cannot write the report: the path is a folder", file.toString(), "choose a file name");
        }
        Path draft = folder.resolve(
                "." + absolute.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            Files.createDirectories(folder);
            force(draft, text);
            Files.move(draft, absolute, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            discard(draft, e);
            throw FileProblem.writing(file, text.length(), e);
        }
    }

    private static void force(Path draft, String text) throws IOException {
        try (var channel = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) channel.write(bytes);
            channel.force(true);
        }
    }

    private static void discard(Path draft, IOException cause) {
        try {
            Files.deleteIfExists(draft);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
