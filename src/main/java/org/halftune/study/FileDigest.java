package org.halftune.study;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.halftune.files.FileProblem;
import org.halftune.train.export.Digests;

/** Identifies the contents of a file, or of all files of a folder. */
final class FileDigest {
    private FileDigest() {}

    static byte[] of(Path path) {
        var digest = Digests.sha256();
        try (var files = Files.walk(path)) {
            for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                digest.update((path.relativize(file) + "\n").getBytes(StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw FileProblem.reading(path, e);
        }
        return digest.digest();
    }
}
