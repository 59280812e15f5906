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

/** A text file that is there whole or not at all: written beside its place, forced to disk, then renamed. */
public final class ReportFile {
    private ReportFile() {}

    /**
     * Writes {@code text} as UTF-8, making missing folders and replacing what was there.
     *
     * @throws InputError if the folder cannot be made or written to, or the disk is full; nothing is left behind
     */
    public static void write(Path file, String text) {
        Path absolute = file.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder == null || Files.isDirectory(absolute)) {
            throw new InputError("cannot write a report: this is a folder", file.toString(), "name a file in it");
        }
        Path draft = folder.resolve(
                "." + absolute.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        try {
            Files.createDirectories(folder);
            force(draft, text);
            Files.move(draft, absolute, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            discard(draft, e);
            throw new InputError(
                    "cannot write the report: " + reason(e),
                    file.toString(),
                    "free some space, or choose another output folder");
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

    /** The system's own words where it gives some ("No space left on device"), else the kind of failure. */
    private static String reason(IOException e) {
        return FileProblem.reason(e);
    }
}
