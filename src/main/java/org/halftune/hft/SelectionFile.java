package org.halftune.hft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.halftune.files.AtomicFile;
import org.halftune.files.FileProblem;
import org.halftune.model.LlamaConfig;
import org.halftune.problem.InputError;

/**
 * Reads and writes {@code selection.json}, whose fields {@link SelectionJson} describes. Every run writes one, and
 * every run takes one, also hand-made.
 */
public final class SelectionFile {
    /** A model of a hundred thousand tensors would need less. */
    private static final long LARGEST_BYTES = 16 << 20;

    private SelectionFile() {}

    /**
     * The selection of this file, for this model. Counts in the file are not read but computed anew.
     *
     * @throws InputError if the file cannot be read, is not such JSON, or its names are unknown to the model, stand
     *     there twice, or are none
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
                    "the selection cannot be read: " + FileProblem.reason(e),
                    file.toString(),
                    "check path and permissions");
        }
    }

    /**
     * Writes the file whole or not at all.
     *
     * @throws InputError if it cannot be written
     */
    public static void write(Path file, Selection selection) {
        if (Files.isDirectory(file)) {
            throw new InputError(
                    "a folder stands where the selection shall be written", file.toString(), "name a file in it");
        }
        AtomicFile.write(file, SelectionJson.text(selection));
    }
}
