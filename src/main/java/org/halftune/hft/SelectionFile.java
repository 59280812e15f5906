package org.halftune.hft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.halftune.files.FileProblem;
import org.halftune.model.LlamaConfig;
import org.halftune.problem.InputError;

/**
 * Reads and writes {@code selection.json}, whose fields {@link SelectionJson} describes. Every run writes one, and every run takes
 * one, also hand-made.
 */
public final class SelectionFile {
    /** A model of a hundred thousand tensors would need less. */
    private static final long LARGEST_BYTES = 16 << 20;

    private SelectionFile() {}

    /**
     * The selection of this file, for this model. Counts in the file are not read but computed anew.
     *
     * @throws InputError if the file cannot be read, is not such JSON, or its names are unknown to the model, stand there twice, or
     *     are none
     */
    public static Selection read(Path file, LlamaConfig config) {
        if (Files.isDirectory(file)) {
            throw new InputError(
                    "a folder stands where a selection is expected", file.toString(), "name the file in it");
        }
        try {
            if (Files.size(file) > LARGEST_BYTES) {
                throw new InputError(
                        "a file of " + Files.size(file) + " bytes is no selection",
                        file.toString(),
                        "name the selection.json that a run or 'halftune select' wrote");
            }
            return new SelectionJson(file.toString()).parse(Files.readAllBytes(file), config);
        } catch (IOException e) {
            throw new InputError(
                    "the selection cannot be read: " + reason(e), file.toString(), "check path and permissions");
        }
    }

    /**
     * Writes the file at once or not at all: under another name first, forced to disk, then renamed.
     *
     * @throws InputError if it cannot be written
     */
    public static void write(Path file, Selection selection) {
        if (Files.isDirectory(file)) {
            throw new InputError(
                    "a folder stands where the selection shall be written", file.toString(), "name a file in it");
        }
        var json = ByteBuffer.wrap(SelectionJson.text(selection).getBytes(StandardCharsets.UTF_8));
        var temporary = file.resolveSibling(
                "." + file.getFileName() + ".tmp" + ProcessHandle.current().pid());
        try {
            try (var channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                while (json.hasRemaining()) channel.write(json);
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            deleteQuietly(temporary);
            throw new InputError(
                    "the selection cannot be written: " + reason(e),
                    file.toString(),
                    "its folder must exist, be writable, and have space left");
        }
    }

    private static void deleteQuietly(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException _) {
            // The failure that led here is the one to report.
        }
    }

    private static String reason(IOException e) {
        return FileProblem.reason(e);
    }
}
