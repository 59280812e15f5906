package org.halftune.eval.task;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import org.halftune.files.FileProblem;

/** Adds the contents of a file, or of all files of a folder, to a digest. */
final class FileDigest {
    private FileDigest() {}

    static void add(MessageDigest digest, Path path) {
        try (var files = Files.walk(path)) {
            for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                digest.update((path.relativize(file) + "\n").getBytes(StandardCharsets.UTF_8));
                try (var stream = new DigestInputStream(Files.newInputStream(file), digest)) {
                    stream.transferTo(OutputStream.nullOutputStream());
                }
            }
        } catch (IOException e) {
            throw FileProblem.reading(path, e);
        }
    }
}
