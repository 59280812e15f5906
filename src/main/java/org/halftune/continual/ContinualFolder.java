package org.halftune.continual;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.halftune.files.AtomicFile;
import org.halftune.files.FileProblem;
import org.halftune.pretrained.ConfigFile;
import org.halftune.pretrained.ModelFolderWriter;
import org.halftune.pretrained.OutputFolder;
import org.halftune.problem.InputError;
import org.halftune.train.RunLock;
import org.halftune.train.checkpoint.CheckpointFolder;
import org.halftune.train.record.ModelCard;

/** The output folder of a continual training: {@code continual.json}, {@code report.html}, and a folder for each round. */
final class ContinualFolder {
    static final String REPORT = "report.html";
    static final String RECIPE = "recipe.yaml";

    private static final Pattern ROUND = Pattern.compile("\\d\\d+-.+");

    private final Path folder;

    ContinualFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Checks the folder without changing it, and finds the run to continue.
     *
     * @param bytes the least size of what will be written
     * @return the state of the run to continue; empty for a new one
     * @throws InputError if the folder cannot be used
     */
    Optional<ContinualState> check(ContinualOptions options, long bytes) {
        RunLock.requireFree(folder);
        requireOutside(options.model());
        var saved = options.overwrite() && !options.resume()
                ? Optional.<ContinualState>empty()
                : ContinualState.read(folder);
        if (options.resume()) {
            if (saved.isEmpty()) {
                throw new InputError(
                        "--resume_from_checkpoint: the folder has no run to continue, because it has no "
                                + ContinualState.FILE,
                        folder.toString(),
                        "leave the flag out to start a new run");
            }
            OutputFolder.checkWritable(folder);
            return saved;
        }
        if (!options.overwrite() && !others().isEmpty()) {
            throw new InputError(
                    "the output folder is not empty",
                    folder.toString(),
                    (saved.isPresent() ? "continue its run with --resume_from_checkpoint true, or " : "")
                            + "choose another --output_dir, or replace its contents with --overwrite_output_dir");
        }
        if (others().isEmpty() && !Files.exists(folder)) OutputFolder.check(folder, bytes);
        else OutputFolder.checkWritable(folder);
        return Optional.empty();
    }

    /**
     * Creates and locks the folder; a new run deletes what an earlier one left.
     *
     * @return the lock, to be held until the run ends
     */
    RunLock prepare(boolean afresh, Consumer<String> notice) {
        AtomicFile.makeFolder(folder);
        var lock = RunLock.take(folder, notice);
        try {
            if (afresh) removeEarlier();
            return lock;
        } catch (RuntimeException | Error e) {
            lock.close();
            throw e;
        }
    }

    /** {@code continual.json} first: without it there is no run to continue. Other files of the user stay. */
    private void removeEarlier() {
        delete(folder.resolve(ContinualState.FILE));
        for (Path entry : others()) {
            String name = entry.getFileName().toString();
            boolean round = ROUND.matcher(name).matches() && Files.isDirectory(entry);
            boolean ours = List.of(REPORT, RECIPE, FinalModel.FOLDER).contains(name);
            if (round || ours || AtomicFile.isTemporary(entry)) delete(entry);
        }
    }

    /** Everything but the lock and what a killed run left half-written. */
    private List<Path> others() {
        var entries = new ArrayList<Path>();
        if (!Files.isDirectory(folder)) return entries;
        try (var stream = Files.newDirectoryStream(folder)) {
            for (Path entry : stream) {
                if (!entry.endsWith(RunLock.FILE) && !AtomicFile.isTemporary(entry)) entries.add(entry);
            }
        } catch (IOException e) {
            throw FileProblem.reading(folder, e);
        }
        return entries;
    }

    /** Whether the folder of a round has a checkpoint to continue from. */
    static boolean hasCheckpoint(Path round) {
        return new CheckpointFolder(round).newest().isPresent();
    }

    /** A complete round does not need its checkpoints. */
    static void removeCheckpoints(Path round) {
        new CheckpointFolder(round).removeAll();
    }

    /** Deletes the model of a round, {@code config.json} first: a folder without it is not a model. Metrics and report stay. */
    static void removeModel(Path round) {
        if (!Files.isDirectory(round)) return;
        delete(round.resolve(ConfigFile.NAME));
        try (var stream = Files.newDirectoryStream(round)) {
            for (Path file : stream) {
                String name = file.getFileName().toString();
                if (ModelFolderWriter.isPart(name) || name.equals(ModelCard.FILE)) delete(file);
            }
        } catch (IOException e) {
            throw FileProblem.reading(round, e);
        }
    }

    private void requireOutside(Path model) {
        if (!Files.isDirectory(folder) || !Files.isDirectory(model)) return;
        try {
            if (!model.toRealPath().startsWith(folder.toRealPath())) return;
        } catch (IOException e) {
            throw FileProblem.reading(model, e);
        }
        throw new InputError(
                "the model " + model + " is inside the output folder",
                folder.toString(),
                "choose another --output_dir");
    }

    private static void delete(Path path) {
        if (!Files.exists(path)) return;
        try (var files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(file);
        } catch (IOException e) {
            throw FileProblem.writing(path, 0, e);
        }
    }
}
