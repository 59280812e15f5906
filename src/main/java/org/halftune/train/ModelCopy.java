package org.halftune.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.halftune.files.AtomicFile;
import org.halftune.files.FileProblem;
import org.halftune.pretrained.ConfigFile;

/**
 * The model of a checkpoint copied byte for byte into the output folder. {@code config.json} comes last: a folder without it
 * is not taken for a model, so a kill leaves nothing that looks complete and is not.
 */
final class ModelCopy {
    /** What a checkpoint has beside its model. */
    private static final Set<String> STATE = Set.of(OptimizerFile.NAME, TrainerStateFile.FILE, RunOutput.SELECTION);

    private ModelCopy() {}

    static void copy(Path checkpoint, Path output) {
        for (Path file : files(checkpoint)) copyFile(file, output.resolve(file.getFileName()));
        copyFile(checkpoint.resolve(ConfigFile.NAME), output.resolve(ConfigFile.NAME));
    }

    private static List<Path> files(Path checkpoint) {
        var files = new ArrayList<Path>();
        try (var entries = Files.newDirectoryStream(checkpoint)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                boolean model = Files.isRegularFile(entry) && !STATE.contains(name);
                if (model && !name.equals(ConfigFile.NAME)) files.add(entry);
            }
        } catch (IOException e) {
            throw FileProblem.reading(checkpoint, e);
        }
        return files;
    }

    private static void copyFile(Path source, Path target) {
        try (var from = FileChannel.open(source, StandardOpenOption.READ)) {
            long size = from.size();
            AtomicFile.write(target, size, to -> {
                for (long at = 0; at < size; ) at += from.transferTo(at, size - at, to);
            });
        } catch (IOException e) {
            throw FileProblem.reading(source, e);
        }
    }
}
