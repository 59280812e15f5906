package org.halftune.hft;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.halftune.files.AtomicFile;
import org.halftune.files.FileProblem;
import org.halftune.model.LlamaConfig;
import org.halftune.problem.InputError;

/**
 * Reads and writes {@code selection.json}; see {@link SelectionJson} for its fields. Every run writes one. A run can be
 * given one, which may be made by hand, or a {@code .yaml}; see {@link SelectionYaml}.
 */
public final class SelectionFile {
    /** Enough for a model of 100,000 tensors. */
    private static final long LARGEST_BYTES = 16 << 20;

    private SelectionFile() {}

    /**
     * Reads a selection for a model. Counts in the file are ignored and computed again.
     *
     * @throws InputError if the file cannot be read or is invalid, or its names are empty, duplicate, or not in the
     *     model
     */
    public static Selection read(Path file, LlamaConfig config) {
        if (Files.isDirectory(file)) {
            throw new InputError(
                    "this is a folder, not a selection file", file.toString(), "use the file selection.json in it");
        }
        try {
            if (Files.size(file) > LARGEST_BYTES) {
                throw new InputError(
                        String.format(
                                Locale.ROOT, "the file is too large for a selection: %,d bytes", Files.size(file)),
                        file.toString(),
                        "use a selection.json written by a run or by 'halftune select'");
            }
            byte[] content = Files.readAllBytes(file);
            return isYaml(file)
                    ? new SelectionYaml(file.toString()).parse(new String(content, StandardCharsets.UTF_8), config)
                    : new SelectionJson(file.toString()).parse(content, config);
        } catch (IOException e) {
            throw new InputError(
                    "the selection cannot be read: " + FileProblem.reason(e),
                    file.toString(),
                    "check path and permissions");
        }
    }

    private static boolean isYaml(Path file) {
        var name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return name.endsWith(".yaml") || name.endsWith(".yml");
    }

    /**
     * Writes the file atomically.
     *
     * @throws InputError if the file cannot be written
     */
    public static void write(Path file, Selection selection) {
        write(file, Rounds.single(selection));
    }

    /**
     * Writes the file of a run atomically: its first selection and, if they rotate, what each round trains.
     *
     * @throws InputError if the file cannot be written
     */
    public static void write(Path file, Rounds rounds) {
        if (Files.isDirectory(file)) {
            throw new InputError(
                    "this is a folder, and the selection must be written to a file",
                    file.toString(),
                    "use a file in it");
        }
        AtomicFile.write(file, SelectionJson.text(rounds));
    }
}
