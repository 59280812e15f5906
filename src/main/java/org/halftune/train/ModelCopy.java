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
 * The model of a checkpoint copied byte for byte into the output folder, with its folders. {@code config.json} comes last: a folder without it
 * is not taken for a model, so a kill leaves nothing that looks complete and is not.
 */
final class ModelCopy {
    /** What a checkpoint has beside its model, and what is copied last. */
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
