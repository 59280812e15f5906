package org.halftune.eval.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.halftune.files.FileProblem;

/** Tells whether a folder or file is as it was: names, sizes and times of its files. */
final class FileState {
    private FileState() {}

    static String of(Path path) {
        if (!Files.isDirectory(path)) return one(path);
        try (var files = Files.list(path)) {
            return files.filter(Files::isRegularFile)
                    .sorted()
                    .map(FileState::one)
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw FileProblem.reading(path, e);
        }
    }

    private static String one(Path file) {
        try {
            return file.toAbsolutePath().normalize() + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw FileProblem.reading(file, e);
        }
    }
}
