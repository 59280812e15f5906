package org.halftune.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.halftune.files.FileProblem;

/** Deletes the folders of finished cells. */
final class Folders {
    private Folders() {}

    /** Deletes a folder with all that it contains; nothing if there is none. */
    static void delete(Path folder) {
        if (!Files.exists(folder)) return;
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        } catch (IOException e) {
            throw FileProblem.writing(folder, 0, e);
        }
    }
}
