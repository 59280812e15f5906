package org.halftune.train;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.halftune.files.AtomicFile;
import org.halftune.files.FileProblem;
import org.halftune.pretrained.ConfigFile;
import org.halftune.train.checkpoint.OptimizerFile;
import org.halftune.train.checkpoint.TrainerStateFile;

/**
 * Copies the model of a checkpoint byte for byte into the output folder. {@code config.json} is copied last: a folder without it is not
 * a model, so a kill never leaves an incomplete model.
 */
final class ModelCopy {
    /** Files that are not part of the model, and the file that is copied last. */
    private static final Set<String> LATER =
            Set.of(OptimizerFile.NAME, TrainerStateFile.FILE, RunOutput.SELECTION, ConfigFile.NAME);

    private ModelCopy() {}

    static void copy(Path checkpoint, Path output) {
        try {
            Files.walkFileTree(checkpoint, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    AtomicFile.makeFolder(output.resolve(checkpoint.relativize(folder)));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    Path name = checkpoint.relativize(file);
                    if (!LATER.contains(name.toString())) AtomicFile.copy(file, output.resolve(name));
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw FileProblem.reading(checkpoint, e);
        }
        AtomicFile.copy(checkpoint.resolve(ConfigFile.NAME), output.resolve(ConfigFile.NAME));
    }
}
